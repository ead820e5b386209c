/** A page that this program serves itself, so that a tunnel can be tried without the internet. */
import { createServer } from 'node:http'

const ADDRESS = '127.0.0.1'

export const PAGE_TEXT = [
  'It works.',
  '',
  'This page was served by vmess quickstart on 127.0.0.1 and came to you through a VMess tunnel:',
  'your program -> local proxy -> VMess client -> VMess server -> this page.',
  '',
].join('\n')

export interface BuiltInPage {
  readonly address: string
  readonly port: number
  stop(): Promise<void>
}

/** Serves the page under every path, on a free port of the loopback interface. */
export function servePage(): Promise<BuiltInPage> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    response.end(PAGE_TEXT)
  })
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, ADDRESS, () => {
      const { port } = server.address() as { port: number }
      resolve({ address: ADDRESS, port, stop })
    })
  })
}
