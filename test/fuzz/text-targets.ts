/** Texts of others: configurations and share links. */
import { checkConfig } from '../../src/config/v2ray-json.js'
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

export const TEXT_TARGETS: readonly Target[] = [config]
