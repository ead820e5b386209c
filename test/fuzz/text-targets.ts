/** Texts of others: configurations and share links. */
import { readFileSync } from 'node:fs'
import { checkText } from '../../src/config/check-text.js'
import { excerptOf } from '../../src/config/excerpt.js'
import { fixText } from '../../src/config/fix-text.js'
import { migrateText } from '../../src/config/migrate/migrate-text.js'
import { checkConfig } from '../../src/config/v2ray-json.js'
import { readClashText } from '../../src/dialects/clash-yaml.js'
import { readJsonText } from '../../src/dialects/json-dialects.js'
import { readLinkList } from '../../src/dialects/link-list.js'
import { recogniseFormat } from '../../src/dialects/recognise.js'
import { parseShareLink } from '../../src/dialects/share-link.js'
import type { Target } from './harness.js'

const text = (value: string): Uint8Array => Buffer.from(value)

const CONFIG = `{
  // a server and its way out
  "log": { "loglevel": "warning" },
  "inbounds": [{
    "port": "1000-1002", "listen": "127.0.0.1", "protocol": "vmess", "tag": "in",
    "settings": { "clients": [{ "id": "b831381d-6324-4d53-ad4f-8cda48b30811", "alterId": 0, "email": "a@b" }] },
    "streamSettings": { "network": "tcp" }
  }, { "port": 1080, "protocol": "socks", "settings": { "auth": "noauth", "udp": true } }],
  "outbounds": [{ "protocol": "vmess", "settings": { "vnext": [{ "address": "1.2.3.4", "port": 10086,
    "users": [{ "id": "b831381d-6324-4d53-ad4f-8cda48b30811", "security": "auto" }] }] } },
    { "protocol": "freedom" }, { "protocol": "blackhole" }],
  "policy": { "levels": { "0": { "handshake": 4, "connIdle": 300 } } },
}`

const config: Target = {
  name: 'config',
  samples: [text(CONFIG), text('{}'), text('{"inbounds": [], "outbounds": [null]}')],
  run: (input) => checkConfig(Buffer.from(input).toString('utf8')),
}

const ROUTED = `{
  "inbound": { "port": 1, "protocol": "vmess", "settings": { "detour": { "to": "b" }, "clients": [] } },
  "inboundDetour": [{ "port": "2-9", "tag": "b", "protocol": "vmess", "allocate": { "strategy": "random" } }],
  "outbounds": [{ "protocol": "freedom", "tag": "a", "mux": {} }], "outbounds": [{ "protocol": "freedom" }],
  "routing": { "rules": [{ "tag": "x", "ip": ["10.0.0.0/8"], "domain": ["regexp:a"], "port": "1-2" }],
    "balancers": [{ "tag": "t", "selector": ["a"] }] }, "dns": { "servers": ["1.1.1.1"] }
} rest`

/** Mending ends, and what is shown of a line stays in that line. */
const rules: Target = {
  name: 'rules',
  samples: [text(CONFIG), text(ROUTED), text('\uFEFF{"outbounds": [null],}')],
  run(input) {
    const given = Buffer.from(input).toString('utf8')
    const bare = given.replace(/^\uFEFF/, '')
    for (const finding of checkText(given, { file: 'x', target: 'xray' })) excerptOf(bare, finding)
    const { text: mended } = fixText(given, { file: 'x' })
    return migrateText(mended, 'xray', 'x')
  },
}

const PROFILE = {
  v: '2',
  ps: 'name',
  add: 'example.com',
  port: '443',
  id: 'b831381d-6324-4d53-ad4f-8cda48b30811',
  aid: '0',
  scy: 'auto',
  net: 'ws',
  type: 'none',
  host: 'example.com',
  path: '/a?ed=2048',
  tls: 'tls',
  sni: 'example.com',
}

const encode = (json: Uint8Array): string => `vmess://${Buffer.from(json).toString('base64')}`

const link: Target = {
  name: 'link',
  samples: [
    text(encode(text(JSON.stringify(PROFILE)))),
    text('vmess://b831381d-6324-4d53-ad4f-8cda48b30811@example.com:443?type=tcp&encryption=auto#name'),
  ],
  run: (input) => parseShareLink(Buffer.from(input).toString('utf8')),
}

/** Damage in the JSON rather than in its base64. */
const linkInside: Target = {
  name: 'link-inside',
  samples: [
    text(JSON.stringify(PROFILE)),
    text(JSON.stringify({ ...PROFILE, net: 'tcp', tls: '', port: 80 })),
  ],
  run: (input) => parseShareLink(encode(input)),
}

/** Some of V2Ray's are links around a file. */
const VMESS_V = 'v'.charCodeAt(0)
const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
const VECTORS = new URL('../vectors/dialects/quirks.json', import.meta.url)
const QUIRKS = JSON.parse(readFileSync(VECTORS, 'utf8')) as readonly { dialect: string; text: string }[]

const samplesOf = (...dialects: readonly string[]): Uint8Array[] =>
  QUIRKS.filter(({ dialect }) => dialects.includes(dialect)).map((quirk) => text(quirk.text))

/** Links of every form and lines of every app, several at once. */
const lines: Target = {
  name: 'dialect-lines',
  samples: [
    ...samplesOf('shadowrocket', 'v2rayu', 'kitsunebi', 'v2fly', 'quantumult'),
    ...samplesOf('surge', 'loon', 'quantumultx'),
    text(`# a list\nvmess://${ID}@a.example.com:1?type=tcp\nss://x`),
  ],
  run: (input) => readLinkList(Buffer.from(input).toString('utf8')),
}

const json: Target = {
  name: 'dialect-json',
  samples: samplesOf('v2ray', 'v2ray5', 'xray', 'sing-box', 'v2rayn').filter(
    (sample) => sample[0] !== VMESS_V,
  ),
  run: (input) => readJsonText(Buffer.from(input).toString('utf8')),
}

const yaml: Target = {
  name: 'dialect-yaml',
  samples: samplesOf('mihomo'),
  run: (input) => readClashText(Buffer.from(input).toString('utf8')),
}

const recognised: Target = {
  name: 'dialect-recognised',
  samples: QUIRKS.map((quirk) => text(quirk.text)),
  run: (input) => recogniseFormat(Buffer.from(input).toString('utf8')),
}

export const TEXT_TARGETS: readonly Target[] = [
  config,
  rules,
  link,
  linkInside,
  lines,
  json,
  yaml,
  recognised,
]
