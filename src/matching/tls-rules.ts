/** TLS on both sides or none, ALPN, names, trust and pins (failures C5, C6, C10). */
import type { Profile, ProfileTls } from '../dialects/profile.js'
import {
  asWarning,
  type CertificateFacts,
  clientDiffers,
  type Difference,
  type MatchInput,
  type MatchRule,
  serverDiffers,
} from './difference.js'
import { isBehindFront } from './place-rules.js'
import { trusting } from './trust.js'

/** What WebSocket and HTTPUpgrade are spoken over. */
const HTTP1 = 'http/1.1'
const HTTP2 = 'h2'

export const tlsRule: MatchRule = (input) => {
  const { client, server } = input
  if (client.tls?.reality !== undefined) {
    return clientDiffers(
      'match.reality',
      {
        message: 'the client uses REALITY, which this inbound is not for',
        hint: 'use tls or none at the client',
        client: 'reality',
        server: server.tls === undefined ? 'none' : 'tls',
      },
      (profile) =>
        withTls(
          profile,
          server.tls === undefined ? undefined : { serverName: profile.tls?.serverName || nameOf(profile) },
        ),
    )
  }
  if ((client.tls === undefined) === (server.tls === undefined) || isBehindFront(input)) return undefined
  if (server.tls === undefined) {
    return clientDiffers(
      'match.tls',
      {
        message: 'the client uses TLS, the server does not',
        hint: 'switch TLS off at the client, or better: give the server TLS',
        client: 'tls',
        server: 'none',
      },
      (profile) => withTls(profile, undefined),
    )
  }
  const serverName = server.tls.serverName || nameOf(client)
  return clientDiffers(
    'match.tls',
    {
      message: 'the server uses TLS, the client does not',
      hint: 'switch TLS on at the client',
      client: 'none',
      server: 'tls',
    },
    (profile) => withTls(profile, { serverName }),
  )
}

export const alpnRule: MatchRule = ({ client, server }) => {
  if (client.tls === undefined || client.tls.reality !== undefined) return undefined
  const [offer, choice] = [client.tls.alpn, server.tls?.alpn ?? []]
  const { network } = client.transport
  const needs =
    network === 'h2' || network === 'grpc'
      ? HTTP2
      : network === 'ws' || network === 'httpupgrade'
        ? HTTP1
        : undefined
  const words = { client: offer.join(', ') || 'the default', server: choice.join(', ') || 'the default' }
  const fixed = (profile: Profile): Profile =>
    withTls(profile, { alpn: needs === undefined ? choice : [needs] })
  if (needs !== undefined && offer.length > 0 && !offer.includes(needs)) {
    const message = `${network} needs ALPN ${needs}, and the client does not offer it`
    return clientDiffers(
      'match.alpn',
      { message, hint: `offer ${needs}, or leave alpn out`, ...words },
      fixed,
    )
  }
  if (needs !== undefined && choice.length > 0 && !choice.includes(needs)) {
    const message = `${network} needs ALPN ${needs}, and the server does not take it`
    return serverDiffers('match.alpn', { message, hint: `put ${needs} into the server's alpn`, ...words })
  }
  if (needs === HTTP1 && offer[0] === HTTP2 && choice.includes(HTTP2)) {
    const message = `both sides agree on ALPN h2, and ${network} needs http/1.1`
    return clientDiffers('match.alpn', { message, hint: `offer http/1.1 alone`, ...words }, fixed)
  }
  if (offer.length === 0 || choice.length === 0 || offer.some((name) => choice.includes(name)))
    return undefined
  const message = `the client offers ALPN ${words.client}, the server takes ${words.server}`
  return clientDiffers(
    'match.alpn',
    { message, hint: "offer one of the server's, or leave alpn out", ...words },
    fixed,
  )
}

/** Name, dates, trust and pin, each on its own. */
export function certificateRules(input: MatchInput): Difference[] {
  const { client, server, certificate } = input
  const tls = client.tls
  if (tls === undefined || server.tls === undefined || certificate === undefined) return []
  const pin = pinRule(tls, certificate)
  const pinned = isPinned(tls)
  const found = [
    certificate.expired ? expired() : undefined,
    pin,
    pinned || tls.insecure ? undefined : nameRule(client, tls, certificate),
    pinned || tls.insecure || !certificate.selfSigned || trustsItsOwn(client)
      ? undefined
      : trustRule(certificate, input),
  ]
  return found.filter((one) => one !== undefined)
}

export const insecureRule: MatchRule = ({ client }) =>
  client.tls?.insecure === true && !isPinned(client.tls)
    ? asWarning(
        clientDiffers('match.insecure', {
          message: 'the client does not check the certificate, so that anybody may pose as the server',
          hint: 'check it, or pin it: the SHA-256 of the certificate (vmess tls inspect shows it)',
          client: 'not checked',
          server: 'tls',
        }),
      )
    : undefined

function expired(): Difference {
  return serverDiffers('match.certificate-date', {
    message: "the server's certificate is out of date",
    hint: 'renew it on the server',
    client: 'refuses it',
    server: 'expired',
  })
}

function nameRule(
  client: Profile,
  tls: ProfileTls,
  { isFor, names }: CertificateFacts,
): Difference | undefined {
  const name = tls.verifyName || tls.serverName || nameOf(client)
  if (isFor(name)) return undefined
  const [first = ''] = names.filter((other) => !other.startsWith('*'))
  return clientDiffers(
    'match.server-name',
    {
      message: `the client expects a certificate for ${name}, that of the server is for ${names.join(', ') || 'nobody'}`,
      hint: `set the client's serverName (sni) to ${first || 'one of its names'}`,
      client: name,
      server: names.join(', '),
    },
    (profile) => withTls(profile, { serverName: first, verifyName: '' }),
  )
}

function trustRule(certificate: CertificateFacts, { clientDialect }: MatchInput): Difference {
  const { sha256 } = certificate
  return clientDiffers(
    'match.trust',
    {
      message: 'the certificate of the server signs itself, and the client has no reason to trust it',
      hint: `give the client the certificate as an authority, or pin it: ${sha256}`,
      client: 'no pin',
      server: sha256,
    },
    (profile) => trusting(profile, certificate, clientDialect),
  )
}

function pinRule(tls: ProfileTls, { sha256, chainSha256 }: CertificateFacts): Difference | undefined {
  const pin = tls.pinnedSha256.replaceAll(':', '').toLowerCase()
  const chains = tls.pinnedChainSha256 ?? []
  const wrong = pin !== '' ? pin !== sha256 : chains.length > 0 && !chains.includes(chainSha256)
  if (!wrong) return undefined
  return clientDiffers(
    'match.pin',
    {
      message: 'the client pins another certificate than the server has',
      hint: `pin ${sha256}`,
      client: pin || chains.join(', '),
      server: pin === '' ? chainSha256 : sha256,
    },
    (profile) =>
      withTls(profile, pin === '' ? { pinnedChainSha256: [chainSha256] } : { pinnedSha256: sha256 }),
  )
}

/** An authority of its own stands among the fields that no profile has; whose it is cannot be told here. */
function trustsItsOwn({ extra }: Profile): boolean {
  return [...extra.keys()].some((key) => /certificates?(\/|$)|certificate_path|\bca(_str)?$/i.test(key))
}

function isPinned({ pinnedSha256, pinnedChainSha256 = [] }: ProfileTls): boolean {
  return pinnedSha256 !== '' || pinnedChainSha256.length > 0
}

/** What clients expect when they are not told: the Host of the transport, else the address. */
function nameOf({ transport, server }: Profile): string {
  const host = 'host' in transport ? transport.host : 'hosts' in transport ? (transport.hosts[0] ?? '') : ''
  return host || server
}

const PLAIN_TLS: ProfileTls = {
  serverName: '',
  alpn: [],
  fingerprint: '',
  insecure: false,
  pinnedSha256: '',
  verifyName: '',
}

function withTls(profile: Profile, change: Partial<ProfileTls> | undefined): Profile {
  const { tls, ...rest } = profile
  if (change === undefined) return rest
  const { reality: _, ...kept } = tls ?? PLAIN_TLS
  return { ...rest, tls: { ...kept, ...change } }
}
