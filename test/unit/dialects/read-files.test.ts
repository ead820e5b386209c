import { describe, expect, it } from 'vitest'
import { readProfiles } from '../../../src/dialects/read-profiles.js'
import { asFault } from '../../../src/faults/fault.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const LINK = `vmess://${ID}@vpn.example.com:443?encryption=auto&security=none&type=tcp#One`
const OUTBOUND = {
  tag: 'out',
  protocol: 'vmess',
  settings: { vnext: [{ address: 'a.example', port: 1, users: [{ id: ID }, { id: ID, alterId: 4 }] }] },
}
const PROXY = `{name: "a", type: vmess, server: a.example, port: 1, uuid: ${ID}, alterId: 0, cipher: auto}`

async function faultOf(text: string): Promise<string> {
  try {
    await readProfiles(text)
  } catch (error) {
    const { code, why = '' } = asFault(error)
    return `${code}: ${why}`
  }
  return 'nothing was thrown'
}

async function outcomes(text: string): Promise<readonly string[]> {
  const { nodes } = await readProfiles(text)
  return nodes.map((node) => `${node.where}: ${node.ok ? node.profile.name : node.fault.code}`)
}

describe('files of programs', () => {
  it.each([
    ['v2ray', JSON.stringify({ outbounds: [OUTBOUND] })],
    ['v2ray', `// mine\n{ # list\n"outbounds": [${JSON.stringify(OUTBOUND)},], /* end */ }\nrest { of it`],
    ['v2ray', JSON.stringify({ outbound: OUTBOUND, inbound: {}, outboundDetour: [] })],
    ['v2ray', JSON.stringify([{ outbounds: [OUTBOUND] }, { outbounds: [OUTBOUND] }])],
    [
      'xray',
      JSON.stringify({
        outbounds: [{ protocol: 'vmess', settings: { address: 'a.example', port: 1, id: ID } }],
      }),
    ],
    [
      'v2ray5',
      JSON.stringify({
        outbounds: [{ protocol: 'vmess', settings: { address: 'a.example', port: 1, uuid: ID } }],
      }),
    ],
    [
      'sing-box',
      JSON.stringify({ outbounds: [{ type: 'vmess', server: 'a.example', server_port: 1, uuid: ID }] }),
    ],
    ['v2rayn', JSON.stringify({ add: 'a.example', port: 1, id: ID })],
    ['mihomo', `port: 7890\nproxies:\n  - ${PROXY}\n`],
    ['mihomo', `- ${PROXY}\n`],
  ])('are told by their content: %s', async (dialect, text) => {
    const reading = await readProfiles(text)
    expect(reading.dialect).toBe(dialect)
    expect(reading.nodes.every(({ ok }) => ok)).toBe(true)
  })

  it('give a node for each user of each server, and lose none to a bad one', async () => {
    const bad = {
      ...OUTBOUND,
      settings: { vnext: [{ address: 'a.example', port: 70_000, users: [{ id: ID }] }] },
    }
    const others = [{ protocol: 'freedom' }, { protocol: 'vless', tag: 'v' }, null, 7]
    expect(await outcomes(JSON.stringify({ outbounds: [bad, OUTBOUND, ...others] }))).toEqual([
      '/outbounds/0/settings/vnext/0/users/0: LINK_FIELD',
      '/outbounds/1/settings/vnext/0/users/0: out 1',
      '/outbounds/1/settings/vnext/0/users/1: out 2',
      '/outbounds/3: LINK_PROTOCOL',
    ])
  })

  it('lose no proxy to YAML that is broken elsewhere', async () => {
    const text = `mode: [rule\nproxies:\n  - ${PROXY}\n  - {name: b, type: vmess, server: [}\n  - {name: c, type: ss}\n  - ${PROXY}\nrules:\n  - x\n`
    expect(await outcomes(text)).toEqual([
      'line 3: a',
      'line 4: LINK_SYNTAX',
      'line 5: LINK_PROTOCOL',
      'line 6: a',
    ])
  })

  it('are read one proxy at a time when they are long, and refused with LINK_SOURCE_SIZE where that cannot be', async () => {
    const filler = `  - ${PROXY.replace('"a"', `"${'x'.repeat(100)}"`)}\n`
    const { nodes } = await readProfiles(`port: 1\nproxies:\n${filler.repeat(6000)}rules: []\n`)
    expect(nodes.filter(({ ok }) => ok)).toHaveLength(6000)
    expect(await faultOf(`proxies: [${'a, '.repeat(400_000)}]`)).toMatch(/^LINK_SOURCE_SIZE/)
  })

  it('pass a list of Shadowsocks servers over', async () => {
    const text = JSON.stringify({ version: 1, servers: [{ remarks: 'x', server: 'a.example' }] })
    expect(await outcomes(text)).toEqual(['/servers/0: LINK_PROTOCOL'])
  })

  it('find the configuration and the list behind one vmess://', async () => {
    const packed = (text: string): string => `vmess://${Buffer.from(text).toString('base64')}`
    expect(await outcomes(packed(JSON.stringify({ outbounds: [OUTBOUND] })))).toHaveLength(2)
    expect(await outcomes(packed(`${LINK}\n${LINK}`))).toEqual(['line 1, line 1: One', 'line 1, line 2: One'])
  })

  it('read links in words that look like YAML', async () => {
    expect(await outcomes(`proxies: here they are\nname: ${LINK}\n\tand so on: [`)).toEqual(['line 2: One'])
  })
})

describe('files that cannot be read', () => {
  it('are refused with LINK_SYNTAX and the reason', async () => {
    expect(await faultOf('{"outbounds": [\n{"protocol" "vmess"}]}')).toBe(
      'LINK_SYNTAX: it is no JSON: line 2 cannot be read',
    )
    expect(await faultOf(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toMatch(/^LINK_S/)
    expect(await faultOf(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)).toMatch(
      /^LINK_SYNTAX: JSON nested deeper/,
    )
    expect(await faultOf(`proxies: ${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toMatch(
      /^LINK_SYNTAX: it is no YAML/,
    )
    expect(await faultOf(`proxies:\n${'- '.repeat(10_000)}a`)).toMatch(/^LINK_S/)
    expect(await faultOf('proxies:\n  - {name: a')).toMatch(/^LINK_SYNTAX: it is no YAML/)
  })

  it('are refused with LINK_SYNTAX when their aliases multiply', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'])
      bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`)
    expect(await faultOf(`${bomb.join('\n')}\nproxies: *g`)).toBe(
      'LINK_SYNTAX: it is no YAML: too many aliases',
    )
  })

  it('are refused with LINK_SOURCE when they hold no node', async () => {
    expect(await faultOf('{}')).toBe('LINK_SOURCE: it is JSON without a VMess node')
    expect(await faultOf('proxies:\n')).toMatch(/^LINK_SOURCE/)
    expect(await faultOf('{"__proto__": {"outbounds": []}}')).toMatch(/^LINK_SOURCE/)
  })
})
