import { describe, expect, it } from 'vitest'
import { readProfiles } from '../../../src/dialects/read-profiles.js'
import { asFault } from '../../../src/faults/fault.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const LINK = `vmess://${ID}@vpn.example.com:443?encryption=auto&security=none&type=tcp#One`
const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function codeOf(text: string): Promise<string> {
  try {
    await readProfiles(text)
  } catch (error) {
    return asFault(error).code
  }
  return 'nothing was thrown'
}

async function outcomes(text: string): Promise<readonly string[]> {
  const { nodes } = await readProfiles(text)
  return nodes.map((node) => `${node.where}: ${node.ok ? node.profile.name : node.fault.code}`)
}

describe('readProfiles', () => {
  it('takes one link for what it is', async () => {
    expect(await readProfiles(` ${LINK}\n`)).toMatchObject({ dialect: 'url', nodes: [{ ok: true }] })
  })

  it('finds links among other lines and words, and loses none to a bad one', async () => {
    const text = [
      '# my servers',
      '',
      `first ${LINK}`,
      'vmess://AAAA',
      'ss://YWVzOnB3QGEuZXhhbXBsZTox#Other',
      `${LINK}2 ${LINK}3`,
      'that was all',
    ].join('\r\n')
    expect(await outcomes(text)).toEqual([
      'line 3: One',
      'line 4: LINK_ENCODING',
      'line 5: LINK_PROTOCOL',
      'line 6: One2',
      'line 6: One3',
    ])
  })

  it.each([
    ['plain', base64(`${LINK}\n${LINK}2\n`)],
    ['with a byte order mark outside and inside', `\uFEFF${base64(`\uFEFF${LINK}\n${LINK}2`)}`],
    ['of the other alphabet without padding', base64(`${LINK}\r\n${LINK}2`).replace(/=+$/, '')],
    ['wrapped', base64(`${LINK}\n${LINK}2`).replace(/.{76}/g, '$&\r\n')],
    ['twice', base64(base64(`${LINK}\n${LINK}2`))],
  ])('reads the body of a subscription, %s', async (_, body) => {
    const { dialect, nodes } = await readProfiles(body)
    expect(dialect).toBe('subscription')
    expect(nodes.map((node) => node.ok && node.profile.name)).toEqual(['One', 'One2'])
  })

  it('puts a wrapped link together', async () => {
    const link = `vmess://${base64(JSON.stringify({ v: '2', ps: 'Wrapped', add: 'a.example', port: 1, id: ID }))}`
    expect(await outcomes(`${link.replace(/.{40}/g, '$&\n')}\n\n${LINK}`)).toEqual([
      'line 1: Wrapped',
      expect.stringMatching(/: One$/),
    ])
  })

  it('refuses what holds no node with LINK_SOURCE', async () => {
    for (const text of ['', ' \n', '<!doctype html><p>log in: https://a.example</p>', 'hello', 'a: https'])
      expect(await codeOf(text)).toBe('LINK_SOURCE')
  })

  it('refuses 32 MiB with LINK_SOURCE_SIZE', async () => {
    expect(await codeOf('é'.repeat(16 * 1024 * 1024 + 1))).toBe('LINK_SOURCE_SIZE')
  })
})
