/** The smallest web server and client that a test of proxies needs. */
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Origin {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Answers every request with this text, on a free loopback port. */
export function startOrigin(text: string): Promise<Origin> {
  const server = createServer((_request, response) => response.end(text))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed())
          server.closeAllConnections()
        })
      resolve({ url: `http://127.0.0.1:${port}/`, port, close })
    })
  })
}

/** The body at `url`, asked for through an HTTP proxy. */
export function fetchThrough(proxyUrl: string, url: string): Promise<string> {
  const { hostname: host, port } = new URL(proxyUrl)
  return new Promise((resolve, reject) => {
    const request = get(
      { host, port, path: url, headers: { host: new URL(url).host }, agent: false },
      (response) => {
        let body = ''
        response.on('data', (text) => {
          body += text
        })
        response.on('end', () => resolve(body))
        response.on('error', reject)
      },
    )
    request.on('error', reject)
  })
}
