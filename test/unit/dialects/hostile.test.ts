/** Texts made to be slow, to fill the memory, or to come out on a terminal. */
import { describe, expect, it } from 'vitest'
import { readProfiles } from '../../../src/dialects/read-profiles.js'
import { writeProfiles } from '../../../src/dialects/write-profiles.js'
import { asFault } from '../../../src/faults/fault.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const MIB = 1024 * 1024
const link = (i: number): string =>
  `vmess://${ID}@vpn${i}.example.com:443?encryption=auto&security=tls&type=ws&host=cdn.example.com&path=%2Fchat#Node%20${i}`

async function codeOf(text: string): Promise<string> {
  try {
    const { nodes } = await readProfiles(text)
    return nodes.every(({ ok }) => !ok) ? 'no node is good' : 'read'
  } catch (error) {
    return asFault(error).code
  }
}

/** A reader that looks at a text twice for each of its characters would need hours. */
describe('two million characters cost what they should', () => {
  it.each([
    ["a line that might be an app's", `a${' '.repeat(2 * MIB)}b`, 'LINK_SOURCE'],
    ['equals signs', 'a=b '.repeat(MIB / 2), 'LINK_SOURCE'],
    ['quotes', `{"a":"${'\\"'.repeat(MIB)}`, 'LINK_SYNTAX'],
    ['comments', `${'#\n'.repeat(MIB)}{`, 'LINK_SYNTAX'],
    ['comments of slashes', `${'//\n'.repeat(MIB / 2)}{`, 'LINK_SYNTAX'],
    ['a comment never closed', `/*${'*'.repeat(2 * MIB)}`, 'LINK_SOURCE'],
    ['brackets', '['.repeat(2 * MIB), 'LINK_SYNTAX'],
    ['links without end', 'vmess://'.repeat(MIB / 4), 'LINK_SOURCE_SIZE'],
    ['a link of one line', `vmess://${'A'.repeat(2 * MIB)}`, 'no node is good'],
    ['base64 of nothing', 'A'.repeat(2 * MIB), 'LINK_SOURCE'],
    ['base64 in many lines', `vmess://QUFB\n${'QUFB\n'.repeat(MIB / 4)}`, 'no node is good'],
    ['empty outbounds', `{"outbounds":[${'{},'.repeat(MIB / 2)}{}]}`, 'LINK_SOURCE_SIZE'],
    ['lists of others', `[${'{"type":"trojan"},'.repeat(MIB / 4)}{}]`, 'LINK_SOURCE_SIZE'],
    ['letters in lines', 'x\n'.repeat(MIB), 'LINK_SOURCE'],
    ['junk in YAML', `proxies:\n${'- a\n'.repeat(MIB / 8)}`, 'no node is good'],
  ])('%s', async (_, text, outcome) => {
    expect(await codeOf(text)).toBe(outcome)
  })
})

/** What is refused before it is unpacked, or read without a list of its parts. */
describe('more than any program could use', () => {
  // Flat from the start, as what is read from a file.
  const list = (count: number) => `[${Buffer.alloc(2 * count, '0,').toString('latin1')}0]`
  const TEXTS: Readonly<Record<string, readonly [make: () => string, outcome: string]>> = {
    'proxies in YAML': [() => `proxies:\n${'- {type: vmess}\n'.repeat(70_000)}`, 'LINK_SOURCE_SIZE'],
    'proxies of others': [() => `proxies:\n${'- {type: ss, name: x}\n'.repeat(60_000)}`, 'no node is good'],
    'values in JSON': [() => `{"outbounds":[{"a":${list(4_000_001)}}]}`, 'LINK_SOURCE_SIZE'],
    'values with a comma too many': [() => `{"outbounds":[{"a":${list(1_000_001)},}]}`, 'LINK_SOURCE_SIZE'],
  }

  it.each(Object.keys(TEXTS))('%s', async (name) => {
    const [make, outcome] = TEXTS[name] ?? [() => '', '']
    expect(await codeOf(make())).toBe(outcome)
  })

  it('lines are counted right, however many there are', async () => {
    const { nodes } = await readProfiles(`${'a\n'.repeat(4 * MIB)}vless://x\r\n${link(1)}`)
    expect(nodes.map(({ ok, where }) => [ok, where])).toEqual([
      [false, `line ${4 * MIB + 1}`],
      [true, `line ${4 * MIB + 2}`],
    ])
  })

  it('base64 is told from a text by its first other character', async () => {
    expect(await codeOf(`${'QUJD\n'.repeat(MIB)}!`)).toBe('LINK_SOURCE')
    const wrapped = Buffer.from(link(1))
      .toString('base64')
      .replace(/.{1,3}/g, '$&\r\n')
    expect(await codeOf(wrapped)).toBe('read')
  })
})

describe('ten thousand links', () => {
  it('are read as one list, and written as one file of each kind', async () => {
    const list = Array.from({ length: 10_000 }, (_, i) => link(i)).join('\n')
    const before = process.cpuUsage()
    const { nodes } = await readProfiles(Buffer.from(list).toString('base64'))
    const { user, system } = process.cpuUsage(before)
    expect(nodes.filter(({ ok }) => ok)).toHaveLength(10_000)
    // The promise is two seconds; this is processor time, which neighbours do not stretch.
    expect((user + system) / 1e6).toBeLessThan(4)
    const profiles = nodes.flatMap((node) => (node.ok ? [node.profile] : []))
    const { text } = await writeProfiles('sing-box', profiles)
    expect((await readProfiles(text)).nodes).toHaveLength(10_000)
  })
})

it('outbounds that are refused for one reason share it', async () => {
  const { nodes } = await readProfiles('{"outbounds":[{"protocol":"vless"},{"protocol":"vless"}]}')
  const [first, second] = nodes.map((node) => (node.ok ? undefined : node.fault))
  expect(first?.code).toBe('LINK_PROTOCOL')
  expect(second).toBe(first)
})

describe('what is not what it seems', () => {
  it('a node of YAML that holds itself is refused, and loses no other one', async () => {
    const node = `{name: a, type: vmess, server: a.example, port: 1, uuid: ${ID}, cipher: auto}`
    const text = `proxies:\n  - &n {name: b, type: vmess, ws-opts: *n}\n  - ${node}\n`
    const { nodes } = await readProfiles(text)
    expect(nodes.map((reading) => reading.ok || reading.fault.code)).toEqual(['LINK_SYNTAX', true])
    await expect(readProfiles('proxies: &a [*a]\n')).rejects.toThrow('a part of it is inside itself')
  })

  it('a merge of what is no map is refused, and loses no other proxy', async () => {
    const bad = 'base: &base text\nproxies:\n  - <<: *base\n    type: vmess\n'
    await expect(readProfiles(bad)).rejects.toMatchObject({ code: 'LINK_SYNTAX' })
    const good = `  - { name: ok, type: vmess, server: a.example, port: 1, uuid: ${ID}, alterId: 0, cipher: auto }\n`
    const { nodes } = await readProfiles(bad + good)
    expect(nodes.map(({ ok }) => ok)).toEqual([false, true])
  })

  it('YAML that is nested too deep is called so', async () => {
    const text = `proxies: ${'['.repeat(10_000)}${']'.repeat(10_000)}`
    await expect(readProfiles(text)).rejects.toThrow('nested too deep')
  })

  it('a key called __proto__ is a key', async () => {
    const text = `{"outbounds":[{"type":"vmess","server":"a.example","server_port":1,"uuid":"${ID}","__proto__":{"polluted":1}}]}`
    const { nodes } = await readProfiles(text)
    expect(nodes[0]).toMatchObject({ ok: true, profile: { server: 'a.example' } })
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    const again = await writeProfiles(
      'sing-box',
      nodes.flatMap((node) => (node.ok ? [node.profile] : [])),
    )
    expect(JSON.parse(again.text).outbounds[0]).toHaveProperty('__proto__', { polluted: 1 })
  })

  it('no value of a node becomes a setting of another line', async () => {
    const evil = `vmess://${ID}@a.example:1?security=tls&type=ws&sni=a.example&path=%2Fa%22%2C%20skip-cert-verify%3Dtrue&host=b%22%2C%20x%3Dy#a%2C%20tls%3Dfalse%3D%22`
    const { nodes } = await readProfiles(evil)
    const profiles = nodes.flatMap((node) => (node.ok ? [node.profile] : []))
    for (const dialect of ['surge', 'loon', 'quantumultx', 'quantumult'] as const) {
      const { text } = await writeProfiles(dialect, profiles)
      const [again] = (await readProfiles(text, { dialect })).nodes
      expect(again, dialect).toMatchObject({
        ok: true,
        profile: { server: 'a.example', tls: { insecure: false } },
      })
      expect(again?.ok === true && [...again.profile.extra.keys()], dialect).toEqual([])
    }
  })
})
