/** Inbounds and outbounds (config §3 to §5). */
import { SECURITIES } from '../../account/security.js'
import { byProtocol, flag, list, object, PORT, type SchemaNode, text, texts, whole, words } from './node.js'
import { streamSchema } from './stream.js'

const LEVEL = whole('which policy holds for its connections', [0, 4_294_967_295, 0])
const ALTER_ID = whole('0: AEAD headers; above: the old ones, which V2Ray 5 and Xray refuse', [0, 65_535, 0])
const ID = text('a UUID: the secret of the user; make one with vmess uuid')
const EMAIL = text('name of the user in logs and counters', '')

const account = object('a login', { user: text('name'), pass: text('password') }, ['user', 'pass'])

const vmessInbound = object('of vmess', {
  clients: list('users', object('a user', { id: ID, alterId: ALTER_ID, email: EMAIL, level: LEVEL }, ['id'])),
  disableInsecureEncryption: flag('refuse bodies that are not encrypted'),
})

const socksInbound = object('of socks', {
  auth: words('noauth, or password with accounts', ['noauth', 'password']),
  accounts: list('who may use it', account),
  udp: flag('UDP too'),
  ip: text('address for the UDP answer'),
  userLevel: LEVEL,
})

const httpInbound = object('of http', {
  accounts: list('who may use it', account),
  allowTransparent: flag('take requests without a host in their line'),
  userLevel: LEVEL,
})

const dokodemoInbound = object('of dokodemo-door', {
  address: text('where everything goes'),
  port: whole('where everything goes', [0, 65_535, 0]),
  network: { ...texts('tcp, udp'), default: 'tcp' },
  userLevel: LEVEL,
})

const port: SchemaNode = {
  description: 'one port, a range "1000-1010", or "env:NAME"',
  anyOf: [PORT, { type: 'string', pattern: '^(env:.+|\\s*\\d+(-\\d+)?(\\s*,\\s*\\d+(-\\d+)?)*\\s*)$' }],
}

const inbound: SchemaNode = object(
  'where traffic enters',
  {
    tag: text('a name for rules and counters', ''),
    listen: text('an IP address, localhost, or the path of a unix socket', '0.0.0.0'),
    port,
    protocol: words('what is spoken', ['vmess', 'socks', 'http', 'mixed', 'dokodemo-door', 'tunnel']),
    settings: { type: 'object' },
    streamSettings: streamSchema,
    sniffing: object('look into connections for the name of their target', {
      enabled: flag('on or off'),
      destOverride: list('what to look for', { type: 'string' }),
    }),
  },
  ['protocol'],
)

export const inboundSchema: SchemaNode = {
  ...inbound,
  allOf: byProtocol({
    vmess: vmessInbound,
    socks: socksInbound,
    mixed: socksInbound,
    http: httpInbound,
    'dokodemo-door': dokodemoInbound,
    tunnel: dokodemoInbound,
  }),
}

const vnext = object(
  'a server',
  {
    address: text('a domain or an IP address'),
    port: PORT,
    users: list(
      'one is chosen for each connection',
      object(
        'a user',
        {
          id: ID,
          alterId: ALTER_ID,
          security: words(
            'the cipher of bodies',
            SECURITIES.filter((name) => name !== 'aes-128-cfb'),
          ),
          level: LEVEL,
          email: EMAIL,
          experiments: text('AuthenticatedLength, NoTerminationSignal', ''),
        },
        ['id'],
      ),
    ),
  },
  ['address', 'port', 'users'],
)

const outbound: SchemaNode = object(
  'where traffic leaves; the first one is the default',
  {
    tag: text('a name for rules and counters', ''),
    protocol: words('what is spoken', ['vmess', 'freedom', 'blackhole', 'direct', 'block']),
    sendThrough: text('local IP address to dial from'),
    settings: { type: 'object' },
    streamSettings: streamSchema,
    mux: object('many flows over one connection', {
      enabled: flag('on or off'),
      concurrency: whole('flows on one connection', [-32_768, 1_024, 8]),
    }),
  },
  ['protocol'],
)

const freedom = object('of freedom', {
  domainStrategy: words('which addresses of a name', ['AsIs', 'UseIP', 'UseIPv4', 'UseIPv6']),
  redirect: text('host:port to go to instead'),
  userLevel: LEVEL,
  proxyProtocol: whole('version of the PROXY header that is sent in front; 0: none', [0, 2, 0]),
})

const blackhole = object('of blackhole', {
  response: object('what the application hears', { type: words('http: a refusal', ['none', 'http']) }),
})

export const outboundSchema: SchemaNode = {
  ...outbound,
  allOf: byProtocol({
    vmess: object('of vmess', {
      vnext: list('servers, used in turn', vnext),
      packetEncoding: words('how UDP is packed', ['none', 'packet', 'packetaddr', 'xudp']),
    }),
    freedom,
    direct: freedom,
    blackhole,
    block: blackhole,
  }),
}
