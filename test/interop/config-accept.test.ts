/** Configurations that the real v2ray and we must judge alike: both accept them, or both refuse them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkConfig } from '../../src/config/v2ray-json.js'
import { v2rayMissing } from '../support/v2ray.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
const OTHER_ID = '23ad6b10-8d1a-40f7-8ad0-e3e35cd38297'

let folder = ''
const environment = { ...process.env, TEST_PORT: '9000-9001' }

/** Whether `v2ray -test` accepts a text. Nothing is listened on. */
function v2rayAccepts(text: string): boolean {
  const file = join(folder, 'config.json')
  writeFileSync(file, text)
  const { status, stdout } = spawnSync('v2ray', ['-test', '-config', file], {
    encoding: 'utf8',
    env: environment,
  })
  return status === 0 && stdout.includes('Configuration OK.')
}

function weAccept(text: string): boolean {
  return checkConfig(text, { environment: { TEST_PORT: environment.TEST_PORT } }).ok
}

const inbound = (fields: string): string =>
  `{ "inbounds": [{ ${fields} }], "outbounds": [{ "protocol": "freedom" }] }`
const client = (fields: string): string =>
  inbound(`"port": 1, "protocol": "vmess", "settings": { "clients": [{ ${fields} }] }`)
const outbound = (fields: string): string => `{ "outbounds": [{ ${fields} }] }`
const vnext = (user: string, port = '10086'): string =>
  outbound(
    `"protocol": "vmess", "settings": { "vnext": [{ "address": "a.example", "port": ${port}, "users": [${user}] }] }`,
  )

const ACCEPTED: readonly [string, string][] = [
  ['an empty object', '{}'],
  ['null', 'null'],
  ['comments of three kinds', '{ // a "\n # b \' \n /* c\n */ "log": {} }'],
  ['a block comment that begins like its own end', '{ /*/ x */ "log": {} }'],
  ['text after the value', '{} } {'],
  ['a comment never closed', '{} /* x'],
  [
    'comment marks in a string',
    '{ "log": { "error": "none", "access": "none" }, "inbounds": [], "x": "//#/*" }',
  ],
  ['keys in another case', '{ "OutBounds": [{ "PROTOCOL": "FREEDOM" }] }'],
  ['a key twice', '{ "outbounds": [{ "protocol": "freedom", "tag": "a", "tag": "b" }] }'],
  ['unknown keys', '{ "x": 1, "outbounds": [{ "protocol": "freedom", "y": 2 }] }'],
  ['null everywhere', '{ "log": null, "inbounds": null, "outbounds": null, "policy": null, "stats": null }'],
  ['an empty list of clients', inbound('"port": 1, "protocol": "vmess", "settings": { "clients": [] }')],
  ['a user with everything', client(`"id": "${ID}", "alterId": 4, "level": 4294967295, "email": "a@b"`)],
  ['an id without dashes', client(`"id": "${ID.replaceAll('-', '')}"`)],
  [
    'two users without email',
    inbound(
      `"port": 1, "protocol": "vmess", "settings": { "clients": [{ "id": "${ID}" }, { "id": "${OTHER_ID}" }] }`,
    ),
  ],
  ['a range of ports', inbound('"port": "1000-1010", "protocol": "socks"')],
  ['a port of the environment', inbound('"port": "env:TEST_PORT", "protocol": "http"')],
  ['the listen address localhost', inbound('"listen": "localhost", "port": 1, "protocol": "http"')],
  ['an IPv6 listen address', inbound('"listen": "::1", "port": 1, "protocol": "http"')],
  ['a unix socket', inbound('"listen": "/tmp/vmess-kit-never-opened.sock", "protocol": "vmess"')],
  [
    'socks with accounts',
    inbound(
      '"port": 1, "protocol": "socks", "settings": { "auth": "password", "accounts": [{ "user": "a", "pass": "b" }], "udp": true, "ip": "127.0.0.1" }',
    ),
  ],
  [
    'http with accounts',
    inbound(
      '"port": 1, "protocol": "http", "settings": { "accounts": [{ "user": "a", "pass": "b" }], "allowTransparent": true }',
    ),
  ],
  [
    'dokodemo-door',
    inbound(
      '"port": 1, "protocol": "dokodemo-door", "settings": { "address": "1.1.1.1", "port": 53, "network": "tcp,udp" }',
    ),
  ],
  [
    'several servers and users',
    outbound(
      `"protocol": "vmess", "settings": { "vnext": [{ "address": "a.example", "port": 1, "users": [{ "id": "${ID}" }, { "id": "${OTHER_ID}", "alterId": 65535 }] }, { "address": "::1", "port": 2, "users": [{ "id": "${ID}" }] }] }`,
    ),
  ],
  [
    'every cipher',
    vnext(
      ['auto', 'AES-128-GCM', 'chacha20-poly1305', 'none', '']
        .map((name) => `{ "id": "${ID}", "security": "${name}" }`)
        .join(', '),
    ),
  ],
  ['an unknown cipher', vnext(`{ "id": "${ID}", "security": "bogus" }`)],
  [
    'freedom with everything',
    outbound(
      '"protocol": "freedom", "sendThrough": "127.0.0.1", "settings": { "domainStrategy": "use_ip", "redirect": ":80", "userLevel": 1 }',
    ),
  ],
  ['an unknown domain strategy', outbound('"protocol": "freedom", "settings": { "domainStrategy": "fast" }')],
  [
    'blackhole that answers',
    outbound('"protocol": "blackhole", "settings": { "response": { "type": "HTTP" } }'),
  ],
  [
    'plain tcp, said in full',
    outbound(
      '"protocol": "freedom", "streamSettings": { "network": "TCP", "security": "none", "tcpSettings": { "header": { "type": "none" } }, "sockopt": { "mark": 255 } }',
    ),
  ],
  ['mux', outbound(`"protocol": "freedom", "mux": { "enabled": true, "concurrency": 8 }`)],
  [
    'the old spellings',
    '{ "port": 1, "inbound": { "protocol": "socks" }, "outbound": { "protocol": "freedom" }, "inboundDetour": [{ "port": 2, "protocol": "http" }], "outboundDetour": [{ "protocol": "blackhole" }] }',
  ],
  [
    'levels of policy',
    '{ "policy": { "levels": { "01": { "handshake": 4, "connIdle": 300, "uplinkOnly": 2, "downlinkOnly": 5, "statsUserUplink": true, "bufferSize": -1 } }, "system": { "statsInboundUplink": true } }, "stats": {} }',
  ],
  ['an unknown log level', '{ "log": { "loglevel": "loud" } }'],
  [
    'routing without rules',
    '{ "routing": { "domainStrategy": "AsIs", "rules": [] }, "outbounds": [{ "protocol": "freedom" }] }',
  ],
]

const REFUSED: readonly [string, string][] = [
  ['an empty file', ''],
  ['white space', ' \n'],
  ['a list', '[]'],
  ['a comment ended by CR', '{ // x\r}'],
  ['a trailing comma', '{ "log": {}, }'],
  ['single quotes', "{ 'log': {} }"],
  ['an unquoted key', '{ log: {} }'],
  ['a leading plus', '{ "port": +1 }'],
  ['a lone slash', '{ / }'],
  ['a raw line feed in a string', '{ "log": "a\nb" }'],
  ['a bad escape', '{ "x": "\\q" }'],
  ['inbounds as an object', '{ "inbounds": {} }'],
  ['stats as a list', '{ "stats": [] }'],
  ['an inbound that is null', '{ "inbounds": [null], "outbounds": [{ "protocol": "freedom" }] }'],
  ['a port missing', inbound('"protocol": "socks"')],
  ['a range that runs backwards', inbound('"port": "200-100", "protocol": "socks"')],
  ['a range without an end', inbound('"port": "100-", "protocol": "socks"')],
  ['a port out of range', inbound('"port": 65536, "protocol": "socks"')],
  ['a port that is a fraction', inbound('"port": 80.5, "protocol": "socks"')],
  ['a variable that is not set', inbound('"port": "env:TEST_NOT_SET", "protocol": "socks"')],
  ['a domain to listen on', inbound('"listen": "a.example", "port": 1, "protocol": "socks"')],
  ['an unknown protocol', inbound('"port": 1, "protocol": "smoke"')],
  ['an id that is empty', client('"id": ""')],
  ['an id that is a number', client('"id": 5')],
  ['an id with a wrong digit', client(`"id": "g${ID.slice(1)}"`)],
  ['alterId out of range', client(`"id": "${ID}", "alterId": 65536`)],
  ['alterId negative', client(`"id": "${ID}", "alterId": -1`)],
  ['alterId with a point', client(`"id": "${ID}", "alterId": 1.0`)],
  ['alterId with an exponent', client(`"id": "${ID}", "alterId": 1e3`)],
  ['alterId in quotes', client(`"id": "${ID}", "alterId": "16"`)],
  ['level out of range', client(`"id": "${ID}", "level": 4294967296`)],
  [
    'one email twice',
    inbound(
      `"port": 1, "protocol": "vmess", "settings": { "clients": [{ "id": "${ID}", "email": "A@b" }, { "id": "${OTHER_ID}", "email": "a@B" }] }`,
    ),
  ],
  ['no server', outbound('"protocol": "vmess", "settings": { "vnext": [] }')],
  ['no user', vnext('')],
  ['a server port in quotes', vnext(`{ "id": "${ID}" }`, '"443"')],
  ['a cipher that is a number', vnext(`{ "id": "${ID}", "security": 3 }`)],
  ['an unknown network', outbound('"protocol": "freedom", "streamSettings": { "network": "smoke" }')],
  [
    'an unknown header of tcp',
    outbound('"protocol": "freedom", "streamSettings": { "tcpSettings": { "header": { "type": "srtp" } } }'),
  ],
  [
    'a header without a type',
    outbound('"protocol": "freedom", "streamSettings": { "tcpSettings": { "header": {} } }'),
  ],
  ['a redirect without a port', outbound('"protocol": "freedom", "settings": { "redirect": "a.example" }')],
  ['sending through a domain', outbound('"protocol": "freedom", "sendThrough": "a.example"')],
  ['a response without a type', outbound('"protocol": "blackhole", "settings": { "response": {} }')],
  ['mux beyond its bound', outbound('"protocol": "freedom", "mux": { "concurrency": 1025 }')],
  ['a level that is a word', '{ "policy": { "levels": { "a": {} } } }'],
  ['seconds in words', '{ "policy": { "levels": { "0": { "connIdle": "5s" } } } }'],
  [
    'a network list that is empty',
    inbound(
      '"port": 1, "protocol": "dokodemo-door", "settings": { "address": "1.1.1.1", "port": 53, "network": [] }',
    ),
  ],
]

const missing = v2rayMissing()

describe.skipIf(missing !== undefined)(
  `v2ray 4.34 and we judge alike${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'vmess-kit-config-'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    it.each(ACCEPTED)('both accept %s', (_, text) => {
      expect([weAccept(text), v2rayAccepts(text)]).toEqual([true, true])
    })

    it.each(REFUSED)('both refuse %s', (_, text) => {
      expect([weAccept(text), v2rayAccepts(text)]).toEqual([false, false])
    })
  },
)
