/** What `match --fix` prints is the client's own file with the mistakes out of it, and `match` knows where they are. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProfiles } from '../../../src/dialects/read-profiles.js'
import { writeProfiles } from '../../../src/dialects/write-profiles.js'
import { matchFiles, type MatchReport } from '../../../src/operations/match.js'
import { makeFolder } from '../../support/spawned-program.js'

const folder = makeFolder()
let files = 0
const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'

const SERVER = `{
  "inbounds": [{
    "protocol": "vmess", "port": 443, // the port
    "settings": { "clients": [{ "id": "${ID}" }] },
    "streamSettings": { "network": "ws", "wsSettings": { "path": "/ray" } }
  }]
}
`

function write(text: string): string {
  const path = join(folder, `${files++}.txt`)
  writeFileSync(path, text)
  return path
}

async function match(client: string, server = SERVER): Promise<MatchReport> {
  const report = await matchFiles({
    server: write(server),
    client: client.startsWith('vmess://') ? client : write(client),
    stdin: (async function* () {})(),
  })
  return report
}

/** The corrected text, which has to match, with nothing left out of it. */
async function fixed(client: string): Promise<string> {
  const report = await match(client)
  expect(report.matches).toBe(false)
  expect(report.fixNote).toBeUndefined()
  expect(await match(report.fixed)).toMatchObject({ matches: true, findings: [] })
  return report.fixed
}

const CLIENT = `// my client
{
  "log": { "loglevel": "warning" },
  "inbounds": [{ "protocol": "socks", "port": 1080, "listen": "127.0.0.1" }], # local
  "outbounds": [
    {
      "tag": "proxy",
      "protocol": "vmess",
      "settings": {
        "vnext": [
          {
            "address": "vpn.example.com",
            "port": 444, /* wrong */
            "users": [{ "id": "${ID}", "level": 1 }]
          }
        ]
      },
      "streamSettings": {
        "network": "ws",
        "wsSettings": { "path": "/other" } // wrong too
      }
    },
    { "tag": "direct", "protocol": "freedom" }
  ],
  "routing": { "rules": [] }
}
`

describe('the corrected file', () => {
  it('of V2Ray keeps comments, layout and whatever else is in it', async () => {
    expect(await fixed(CLIENT)).toBe(CLIENT.replace('444', '443').replace('/other', '/ray'))
  })

  it('of a client that is right is the same file', async () => {
    const right = CLIENT.replace('444', '443').replace('/other', '/ray')
    expect(await match(right)).toMatchObject({ matches: true, fixed: right })
  })

  it('has what was missing', async () => {
    const text = await fixed(CLIENT.replace(/"streamSettings[\s\S]*?too\n {6}\}/, '"mux": {}'))
    expect(text).toContain('"streamSettings"')
    expect(text).toContain('"routing": { "rules": [] }')
    expect(text).toContain('// my client')
  })

  it('has no longer what is too much', async () => {
    const client = CLIENT.replace(
      '"network": "ws",',
      '"network": "ws", "security": "tls", "tlsSettings": {},',
    )
    const report = await match(client)
    const text = report.fixed
    expect(text).not.toContain('tlsSettings')
    expect(await match(text)).toMatchObject({ matches: true })
    expect(text).toContain('"level": 1')
  })

  it('of Xray in the flat form stays flat', async () => {
    const client = `{"inbounds": [], "outbounds": [{"protocol": "vmess", "settings": {"address": "vpn.example.com",
      "port": 444, "id": "${ID}"}, "streamSettings": {"network": "ws", "wsSettings": {"path": "/ray"}}}]}\n`
    expect(await fixed(client)).toBe(client.replace('444', '443'))
  })

  it('changes the one of several servers that is wrong', async () => {
    const peer = (port: number) =>
      `{"address": "vpn.example.com", "port": ${port}, "users": [{"id": "${ID}"}]}`
    const client = `{"outbounds": [{"protocol": "vmess", "settings": {"vnext": [${peer(443)}, ${peer(445)}]},
      "streamSettings": {"network": "ws", "wsSettings": {"path": "/ray"}}}]}\n`
    expect(await fixed(client)).toBe(client.replace('445', '443'))
  })

  it('of sing-box keeps its inbounds and selectors', async () => {
    const client = `{
  "inbounds": [{ "type": "mixed", "listen_port": 1080 }],
  "outbounds": [
    { "type": "selector", "tag": "pick", "outbounds": ["proxy"] },
    { "type": "vmess", "tag": "proxy", "server": "vpn.example.com", "server_port": 444, "uuid": "${ID}",
      "transport": { "type": "ws", "path": "/ray" } }
  ],
  "route": { "final": "pick" }
}
`
    expect(await fixed(client)).toBe(client.replace('444', '443'))
  })

  it('of mihomo keeps its rules, in both forms of YAML', async () => {
    const client = `mixed-port: 7890 # local
proxies:
  - name: block
    type: vmess
    server: vpn.example.com
    port: 444
    uuid: ${ID}
    alterId: 0
    cipher: auto
    network: ws
    ws-opts:
      path: /ray
  - {name: flow, type: vmess, server: vpn.example.com, port: 443, uuid: ${ID}, alterId: 0, cipher: auto, network: ws, ws-opts: {path: "/o,ther"}}
rules:
  - MATCH,block
`
    expect(await fixed(client)).toBe(client.replace('444', '443').replace('"/o,ther"', '/ray'))
  })

  it('of mihomo gets what was missing', async () => {
    const client = `mixed-port: 7890 # local
proxies:
  - name: block
    type: vmess
    server: vpn.example.com
    port: 443
    uuid: ${ID}
    alterId: 0
    cipher: auto
rules:
  - MATCH,block
`
    const text = await fixed(client)
    expect(text).toContain('# local')
    expect(text).toContain('- MATCH,block')
    expect(text).toContain('path: /ray')
  })

  it('of links keeps the other lines', async () => {
    const link = `vmess://${ID}@vpn.example.com:443?encryption=auto&type=ws&path=%2Fother#My%20node`
    const client = `# mine\ntrojan://secret@example.com:443\n  try this: ${link}\n`
    const text = await fixed(client)
    expect(text.split('\n').map((line) => line.slice(0, 24))).toEqual([
      '# mine',
      'trojan://secret@example.',
      '  try this: vmess://b3f1',
      '',
    ])
    expect(text).toContain('path=%2Fray')
    expect((await fixed(link)).startsWith('vmess://')).toBe(true)
  })

  it('of a subscription is one again', async () => {
    const link = `vmess://${ID}@vpn.example.com:444?encryption=auto&type=ws&path=%2Fray#node`
    const body = Buffer.from(`ss://YWVzOnB3@example.com:1#other\n${link}\n`).toString('base64')
    const text = Buffer.from(await fixed(body), 'base64').toString()
    expect(text).toContain('ss://YWVzOnB3@example.com:1#other\n')
    expect(text).toContain('vpn.example.com:443?')
  })

  it('of lines of an app is in its lines', async () => {
    const client = `[Proxy]\nDirect = direct\nnode = vmess, vpn.example.com, 444, username=${ID}, ws=true, ws-path=/ray, vmess-aead=true\n`
    const text = await fixed(client)
    expect(text).toContain('[Proxy]\nDirect = direct\nnode = vmess, vpn.example.com, 443')
  })

  it('of what v2rayN links hold is an object again', async () => {
    const client = `{"add": "vpn.example.com", "port": "444", "id": "${ID}", "net": "ws", "path": "/ray", "mine": 1}\n`
    expect(await fixed(client)).toBe(client.replace('444', '443'))
  })

  it('that cannot be put together again is said to be the nodes alone', async () => {
    const { nodes } = await readProfiles(CLIENT)
    const profiles = nodes.flatMap((node) => (node.ok ? [node.profile] : []))
    const { text } = await writeProfiles('subscription', profiles)
    const report = await match(Buffer.from(text).toString('base64'))
    expect(report.fixNote).toMatch(/only the nodes/)
    expect(await match(report.fixed)).toMatchObject({ matches: true })
  })
})

describe('places', () => {
  it('are of both sides, at the value', async () => {
    const { findings } = await match(CLIENT)
    const [port, path] = findings
    expect(port).toMatchObject({
      id: 'match.port',
      path: '/outbounds/0/settings/vnext/0/port',
      line: 13,
      column: 21,
      excerpt: { text: '"port": 444, /* wrong */', column: 8, length: 3 },
      places: { server: { path: '/inbounds/0/port', line: 3, column: 34 } },
    })
    expect(path).toMatchObject({
      path: '/outbounds/0/streamSettings/wsSettings/path',
      line: 20,
      places: { server: { path: '/inbounds/0/streamSettings/wsSettings/path', line: 5, column: 66 } },
    })
  })

  it('are where a value should be, when it is missing', async () => {
    const { findings } = await match(CLIENT.replace('"path": "/other"', ''))
    expect(findings[1]).toMatchObject({
      id: 'match.path',
      path: '/outbounds/0/streamSettings/wsSettings',
      line: 20,
    })
  })

  it('are lines of lists of links, and none in a link itself', async () => {
    const link = `vmess://${ID}@vpn.example.com:443?encryption=auto&type=ws&path=%2Fother`
    const list = await match(`# mine\n  ${link}\n`)
    expect(list.findings[0]).toMatchObject({ path: 'line 2', line: 2, column: 3 })
    expect(JSON.stringify(list.findings)).not.toContain(ID)
    const alone = await match(link)
    expect(alone.findings[0]).toMatchObject({ file: 'the link', path: 'line 1' })
    expect(alone.findings[0]).not.toHaveProperty('line')
  })

  it('are in YAML too', async () => {
    const { findings } = await match(
      `proxies:\n  - name: n\n    type: vmess\n    server: a.example\n    port: 1\n    uuid: ${ID}\n    alterId: 0\n    cipher: auto\n    network: ws\n    ws-opts: {path: /ray}\n`,
    )
    expect(findings[0]).toMatchObject({ path: '/proxies/0/port', line: 5, column: 11 })
  })
})
