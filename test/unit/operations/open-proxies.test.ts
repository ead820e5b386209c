import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/v2ray-json.js'
import { isLoopback, openProxyNotes } from '../../../src/operations/open-proxies.js'

function notesOn(inbound: object): string[] {
  const text = JSON.stringify({ inbounds: [{ port: 1080, ...inbound }] })
  return openProxyNotes(parseConfig(text, { file: 'f' }).config)
}

it.each(['socks', 'http', 'mixed'])('says that a %s inbound is open to others', (protocol) => {
  expect(notesOn({ protocol, listen: '0.0.0.0' })).toEqual([
    `inbound ${protocol} is not on loopback: whoever reaches it can use it, without a password`,
  ])
})

it.each([
  { protocol: 'socks', listen: '127.0.0.1' },
  { protocol: 'vmess', listen: '0.0.0.0', settings: { clients: [] } },
  {
    protocol: 'http',
    listen: '0.0.0.0',
    settings: { accounts: [{ user: 'u', pass: 'p' }] },
  },
])('has nothing to say about %j', (inbound) => {
  expect(notesOn(inbound)).toEqual([])
})

describe('loopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com'])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})
