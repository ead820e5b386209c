/** A server and a web server of our own, to measure the program instead of a network. */
import { createServer, type ServerResponse } from 'node:http'
import { formatUuid, makeUuid } from '../../account/uuid.js'
import type { Profile } from '../../dialects/profile.js'
import { parseShareLink } from '../../dialects/share-link.js'
import { systemRandom } from '../../ports/ports.js'
import { makeServerConfig } from '../plain-config.js'
import { startServer } from '../serve.js'

export interface LoopbackPair {
  readonly profile: Profile
  /** Endless on GET; takes anything on POST. */
  readonly url: string
  stop(): Promise<void>
}

const BLOCK = Buffer.alloc(256 * 1024)

/** Both on free ports of the loopback interface. Rejects with `TRANSPORT_LISTEN`. */
export async function startLoopbackPair(): Promise<LoopbackPair> {
  const web = createServer((request, response) => {
    if (request.method === 'POST') request.resume().on('end', () => response.end())
    else pour(response)
  })
  await new Promise<void>((resolve) => {
    web.listen(0, '127.0.0.1', resolve)
  })
  const config = makeServerConfig({ id: formatUuid(makeUuid(systemRandom)), listen: {} })
  const server = await startServer({ config })
  const [link] = server.links
  const address = web.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    profile: { ...parseShareLink(link?.link ?? ''), name: 'loopback' },
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      await server.stop({ graceMs: 0 })
      web.closeAllConnections()
      web.close()
    },
  }
}

function pour(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(BLOCK)) {
      // Until the socket has enough.
    }
  }
  response.on('drain', more)
  more()
}
