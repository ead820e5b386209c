import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { patternDigest, patternStream } from './pattern.js'

const PAGE_BYTES = 5_000_000

export interface WebServer {
  readonly port: number
  /** `GET /page` answers with bytes of this SHA-256, hex. `POST /digest` answers with that of its body. */
  readonly pageDigest: string
  stop(): Promise<void>
}

export async function startWebServer(): Promise<WebServer> {
  const server = createServer((request, response) => {
    if (request.url === '/page') {
      response.writeHead(200, { 'content-length': PAGE_BYTES })
      patternStream('page', PAGE_BYTES).pipe(response)
      return
    }
    const hash = createHash('sha256')
    request.on('data', (chunk: Buffer) => hash.update(chunk))
    request.on('end', () => response.end(hash.digest('hex')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
  return { port, pageDigest: patternDigest('page', PAGE_BYTES), stop }
}
