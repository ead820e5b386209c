/** The JSON Schema of V2Ray configurations for editors, and the source of key order and defaults. */
import { inboundSchema, outboundSchema } from './bounds.js'
import { flag, list, map, object, type SchemaNode, text, texts, whole, words } from './node.js'

const UINT32 = 4_294_967_295

const level = object('limits of connections', {
  handshake: whole('seconds for the head of a connection', [0, UINT32, 60]),
  connIdle: whole('seconds without a byte', [0, UINT32, 300]),
  uplinkOnly: whole('seconds for the uplink once the downlink has ended', [0, UINT32, 1]),
  downlinkOnly: whole('seconds for the downlink once the uplink has ended', [0, UINT32, 1]),
  statsUserUplink: flag('count the uplink of each user'),
  statsUserDownlink: flag('count the downlink of each user'),
  bufferSize: whole('KiB for each connection; negative: no limit', [-2_147_483_648, 2_147_483_647]),
})

const rule = object('everything it names has to match', {
  type: words('always field', ['field']),
  domain: texts('names: domain:, full:, keyword:, regexp:, geosite:'),
  ip: texts('addresses, networks, geoip:'),
  port: { description: 'ports and ranges, with commas' },
  network: texts('tcp, udp'),
  source: texts('addresses of clients'),
  user: texts('emails'),
  inboundTag: texts('tags'),
  protocol: texts('what was sniffed: http, tls'),
  outboundTag: text('where it goes'),
  balancerTag: text('which balancer decides'),
})

/** Keys in the order in which `config fmt` writes them. */
export const CONFIG_SCHEMA: SchemaNode = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'V2Ray configuration, as vmess reads it',
  ...object('a client or a server', {
    log: object('what is logged, and where', {
      loglevel: words('least important lines', ['warning', 'debug', 'info', 'error', 'none']),
      access: text('a file; none: off'),
      error: text('a file; none: off'),
    }),
    dns: object('names', {
      hosts: map('fixed addresses by name', {}),
      servers: list('whom to ask', {}),
    }),
    routing: object('which outbound a flow takes', {
      domainStrategy: words('whether names are looked up for rules', ['AsIs', 'IPIfNonMatch', 'IPOnDemand']),
      rules: list('the first one that matches decides', rule),
      balancers: list(
        'choices among outbounds',
        object('one', { tag: text('its name'), selector: list('beginnings of tags', { type: 'string' }) }),
      ),
    }),
    policy: object('limits and counters', {
      levels: map('by level', level),
      system: object('counters', {
        statsInboundUplink: flag('count each inbound'),
        statsInboundDownlink: flag('count each inbound'),
        statsOutboundUplink: flag('count each outbound'),
        statsOutboundDownlink: flag('count each outbound'),
      }),
    }),
    stats: object('its presence switches counters on', {}),
    inbounds: list('where traffic enters', inboundSchema),
    outbounds: list('where traffic leaves; the first one is the default', outboundSchema),
  }),
}
