/** The flags that say what a pair is; `init` asks for what they leave open. */
import { Flags, type Interfaces } from '@oclif/core'
import type { PairChoices } from '../operations/pair-choices.js'
import type { PAIR_WORDS } from '../operations/pair-values.js'
import { conflict, hostPortFlag } from './flags.js'

type Words = typeof PAIR_WORDS

export function makePairFlags(words: Words) {
  return {
    ...placeFlags(words),
    ...streamFlags(words),
    ...TLS_FLAGS,
    ...userFlags(words),
    socks: Flags.integer({
      helpValue: 'PORT',
      min: 1,
      max: 65_535,
      summary: 'of the client on loopback; 1080',
    }),
    http: Flags.integer({
      helpValue: 'PORT',
      min: 1,
      max: 65_535,
      summary: 'of the client on loopback; 1081',
    }),
    format: Flags.option({
      char: 'f',
      options: words.formats,
      summary: 'for which program; v2ray4, and xray for grpc and httpupgrade',
    })(),
    force: Flags.boolean({ summary: 'replace files that are there' }),
  }
}

function placeFlags(words: Words) {
  return {
    for: Flags.option({
      options: words.purposes,
      summary: 'internet: clients come directly; web: a web server or CDN in front does TLS; local: a trial',
    })(),
    address: Flags.string({
      char: 'a',
      helpValue: 'ADDR',
      summary: 'how clients reach the server: a domain or an IP address',
    }),
    port: Flags.integer({
      char: 'p',
      helpValue: 'PORT',
      summary: 'what clients dial; 443 with TLS, else 10086',
    }),
    listen: hostPortFlag({ char: 'l', summary: 'where the server listens, when that is another place' }),
  }
}

function streamFlags(words: Words) {
  return {
    transport: Flags.option({
      char: 't',
      options: words.transports,
      summary: 'what carries the bytes; tcp, behind a web server ws',
    })(),
    header: Flags.option({ options: words.headers, summary: 'what tcp (http) or kcp disguises itself as' })(),
    path: Flags.string({
      helpValue: 'PATH',
      summary: 'of ws, httpupgrade and h2; a random one unless given',
    }),
    host: Flags.string({
      helpValue: 'NAME',
      summary: 'the Host that ws, httpupgrade and h2 clients ask for',
    }),
    'service-name': Flags.string({ helpValue: 'NAME', summary: 'of grpc; a random one unless given' }),
    seed: Flags.string({
      helpValue: 'TEXT',
      summary: 'of kcp; a random one unless given, an empty text for none',
    }),
  }
}

const TLS_FLAGS = {
  tls: Flags.boolean({ allowNo: true, summary: 'TLS, by --cert and --key or else self-signed' }),
  cert: Flags.string({
    helpValue: 'FILE',
    summary: 'a certificate that clients trust, PEM with its chain',
    dependsOn: ['key'],
  }),
  key: Flags.string({ helpValue: 'FILE', summary: 'its key, PEM', dependsOn: ['cert'] }),
  'self-signed': Flags.boolean({
    summary: 'make a certificate that the client files trust and nothing else',
    exclusive: ['cert', 'key'],
  }),
  sni: Flags.string({
    helpValue: 'NAME',
    summary: 'the name of the certificate; the address unless given',
  }),
}

function userFlags(words: Words) {
  return {
    name: Flags.string({
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'of a user; may repeat',
      exclusive: ['users'],
    }),
    users: Flags.integer({
      helpValue: 'N',
      min: 1,
      max: 10_000,
      summary: 'how many users, named user1 to userN',
    }),
    id: Flags.string({
      char: 'i',
      helpValue: 'UUID',
      summary: 'of the first user; others see it in ps',
      exclusive: ['id-file'],
    }),
    'id-file': Flags.string({
      helpValue: 'FILE',
      summary: 'the same from a file; - is standard input (also VMESS_ID)',
    }),
    security: Flags.option({
      char: 's',
      options: words.securities,
      summary: 'the cipher; auto unless given',
    })(),
    'alter-id': Flags.integer({
      min: 0,
      max: 65_535,
      summary: 'above 0 the old header is used; 0 unless given',
    }),
  }
}

export type PairFlags = Interfaces.InferredFlags<ReturnType<typeof makePairFlags>>

/** What the flags say; the id is read by whoever knows where it may come from. */
export function choicesFrom(flags: PairFlags): PairChoices {
  const tls = tlsMode(flags)
  return {
    purpose: flags.for,
    address: flags.address,
    port: flags.port,
    listen: flags.listen,
    transport: flags.transport,
    header: flags.header,
    path: flags.path,
    host: flags.host,
    serviceName: flags['service-name'],
    seed: flags.seed,
    ...(tls !== undefined && { tls }),
    certificateFile: flags.cert,
    keyFile: flags.key,
    serverName: flags.sni,
    names: flags.name,
    users: flags.users,
    security: flags.security,
    alterId: flags['alter-id'],
    socksPort: flags.socks,
    httpPort: flags.http,
  }
}

/** Behind a web server the certificate is that of the web server. */
function tlsMode(flags: PairFlags): PairChoices['tls'] {
  const { tls, cert, for: purpose } = flags
  const selfSigned = flags['self-signed']
  if (tls === false && (selfSigned || cert !== undefined)) throw conflict('--no-tls and a certificate')
  if (tls === false) return 'none'
  if (purpose === 'web') return selfSigned ? 'self-signed' : 'front'
  if (cert !== undefined) return 'files'
  return selfSigned || tls === true ? 'self-signed' : undefined
}
