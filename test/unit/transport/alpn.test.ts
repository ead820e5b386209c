import { describe, expect, it } from 'vitest'
import { alpnProtocols } from '../../../src/transport/alpn.js'
import { probeTls } from '../../../src/transport/tls-probe.js'

describe('the protocols of a handshake', () => {
  it('are the names that were given, up to 255 bytes each', () => {
    const names = ['h2', 'a'.repeat(255)]
    expect(alpnProtocols(names)).toEqual(names)
    expect(alpnProtocols([])).toEqual([])
  })

  it.each(['a'.repeat(256), 'é'.repeat(128)])(
    'one that is too long is the fault of who gave it',
    async (name) => {
      const fault = {
        code: 'TRANSPORT_TLS_HANDSHAKE',
        blame: 'caller',
        why: 'it has 256 bytes, at most 255 fit',
      }
      expect(() => alpnProtocols([name])).toThrow(expect.objectContaining(fault))
      const address = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const
      const probing = probeTls({ address, sni: '', alpn: [name], signal: new AbortController().signal })
      await expect(probing).rejects.toMatchObject(fault)
    },
  )
})
