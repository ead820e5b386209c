import { describe, expect, it } from 'vitest'
import type { Config } from '../../../src/config/config.js'
import { parseConfig } from '../../../src/config/v2ray-json.js'
import { parseShareLink } from '../../../src/dialects/share-link.js'
import { makeServerLinks } from '../../../src/operations/server-links.js'

const A = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const B = 'a3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'

function configOf(...inbounds: object[]): Config {
  return parseConfig(JSON.stringify({ inbounds, outbounds: [{ protocol: 'freedom' }] }), { file: 'test' })
    .config
}

function vmess(port: number | string, ...clients: object[]): object {
  return { protocol: 'vmess', listen: '0.0.0.0', port, settings: { clients } }
}

function listener(protocol: string, address: string, port: number) {
  return { tag: '', protocol, endpoint: { address, port }, network: 'tcp' as const, secure: false }
}

describe('links of a server', () => {
  it('are one for each user, on the first port of each vmess inbound', () => {
    const config = configOf(
      { protocol: 'socks', port: 1080 },
      vmess('2000-2001', { id: A, email: 'a@b' }, { id: B }),
    )
    const listeners = [
      listener('socks', '127.0.0.1', 1080),
      listener('vmess', '0.0.0.0', 2000),
      listener('vmess', '0.0.0.0', 2001),
    ]
    const links = makeServerLinks(config, listeners, { security: 'none', publicAddress: 'vpn.example.com' })
    expect(links.map(({ email }) => email)).toEqual(['a@b', ''])
    expect(links.map(({ link }) => parseShareLink(link))).toMatchObject([
      { name: 'a@b', server: 'vpn.example.com', port: 2000, security: 'none' },
      { server: 'vpn.example.com', port: 2000, security: 'none' },
    ])
  })

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['192.0.2.7', '192.0.2.7'],
  ])('for a server on %s name %s unless told otherwise', (address, named) => {
    const [first] = makeServerLinks(configOf(vmess(2000, { id: A })), [listener('vmess', address, 2000)], {
      security: 'auto',
    })
    expect(parseShareLink(first?.link ?? '').server).toBe(named)
  })

  it('are none for a unix socket', () => {
    const config = configOf({
      protocol: 'vmess',
      listen: '/run/vmess.sock',
      settings: { clients: [{ id: A }] },
    })
    expect(makeServerLinks(config, [listener('vmess', '/run/vmess.sock', 0)], { security: 'auto' })).toEqual(
      [],
    )
  })
})
