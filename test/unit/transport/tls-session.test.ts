import { connect, createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutPeer } from '../../../src/transport/tls-session.js'
import { makeAuthority } from '../../support/certificates.js'

const NAME = 'session.test'
const SEQUENCE = 0x30
let server: Server
let authority: string

beforeAll(async () => {
  const made = await makeAuthority()
  const { certificate: cert, key } = await made.issue([NAME])
  authority = made.certificate
  server = createServer({ cert, key }, (socket) => socket.end('.'))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
})

afterAll(() => {
  server.close()
})

interface Visit {
  readonly session: Buffer | undefined
  readonly resumed: boolean
  readonly authorized: boolean
}

function visit(maxVersion: 'TLSv1.2' | 'TLSv1.3', offered?: Buffer): Promise<Visit> {
  const { port } = server.address() as { port: number }
  return new Promise((resolve, reject) => {
    const given = { port, host: '127.0.0.1', servername: NAME, ca: authority, maxVersion }
    const socket = connect({ ...given, ...(offered && { session: offered }) })
    let session: Buffer | undefined
    let facts = { resumed: false, authorized: false }
    socket.on('session', (bytes: Buffer) => {
      session = bytes
    })
    socket.on('secureConnect', () => {
      facts = { resumed: socket.isSessionReused(), authorized: socket.authorized }
    })
    socket.on('error', reject)
    socket.on('close', () => resolve({ session, ...facts }))
    socket.resume()
  })
}

describe('a session without the certificate of the server', () => {
  it('is shorter, and resumes as the whole one does', async () => {
    const { session = Buffer.alloc(0) } = await visit('TLSv1.3')
    const short = withoutPeer(session)
    // Since Node 22 a session stands in an envelope of Node's own; it is left as it is.
    if (session[0] === SEQUENCE) expect(short.length).toBeLessThan(session.length - 200)
    else expect(short).toBe(session)
    expect(await visit('TLSv1.3', session)).toMatchObject({ resumed: true, authorized: true })
    expect(await visit('TLSv1.3', short)).toMatchObject({ resumed: true, authorized: true })
    expect(withoutPeer(short)).toBe(short)
  })

  it('is left as it is where it cannot be read', async () => {
    const { session = Buffer.alloc(0) } = await visit('TLSv1.3')
    for (let cut = 0; cut < session.length; cut += 7) {
      const part = session.subarray(0, cut)
      expect(withoutPeer(part)).toBe(part)
    }
    const tail = Buffer.concat([session, Buffer.from([0])])
    expect(withoutPeer(tail)).toBe(tail)
    const strange = Buffer.from([0x30, 0x83, 0, 0, 1, 5])
    expect(withoutPeer(strange)).toBe(strange)
  })
})
