/** What the server side of each dialect cannot say (share-formats §7.2, §8, §9.6; config §7, §12). */
import type { ProfileTransport } from './profile.js'
import type { ServerDialect, ServerProfile } from './server-profile.js'

interface Limit {
  readonly applies: (server: ServerProfile) => boolean
  /** Ends the sentence "cannot describe this server: …". */
  readonly why: string
}

const LIMITS: Readonly<Record<ServerDialect, readonly Limit[]>> = {
  v2ray4: [
    { applies: over('httpupgrade', 'xhttp'), why: 'V2Ray 4 has neither httpupgrade nor xhttp' },
    { applies: over('grpc'), why: 'V2Ray 4.34 has no grpc; write it for xray, which vmess reads as well' },
  ],
  v2ray5: [
    { applies: hasAlterId, why: 'the users of this form have no alterId; V2Ray 5 refuses the legacy header' },
    { applies: over('kcp', 'quic', 'xhttp'), why: 'kcp, quic and xhttp are not written in this form' },
    { applies: ({ transport }) => isMulti(transport), why: 'the multi mode of grpc is one of Xray' },
    { applies: hasDisguise, why: 'headers that disguise tcp and kcp are not written in this form' },
  ],
  xray: [
    { applies: hasAlterId, why: 'Xray has not known alterId since 1.8.4' },
    { applies: over('h2', 'quic'), why: 'Xray removed h2 and quic in 24.12' },
    { applies: over('kcp'), why: 'the form of mKCP has changed twice in Xray 26, so that no file suits all' },
  ],
  'sing-box': [
    { applies: over('kcp', 'quic', 'xhttp'), why: 'sing-box has neither kcp, xhttp nor the old quic' },
    { applies: hasDisguise, why: 'sing-box has no header of tcp' },
    { applies: ({ tls, transport }) => transport.network === 'h2' && tls === undefined, why: 'h2 needs TLS' },
    { applies: ({ transport }) => isMulti(transport), why: 'the multi mode of grpc is one of Xray' },
  ],
  mihomo: [
    {
      applies: over('httpupgrade', 'xhttp', 'h2', 'kcp', 'quic'),
      why: 'listeners of mihomo have tcp, ws and grpc',
    },
    { applies: hasDisguise, why: 'listeners of mihomo have no header of tcp' },
    { applies: ({ transport }) => isMulti(transport), why: 'the multi mode of grpc is one of Xray' },
  ],
}

/** Why a dialect has no words for a server; undefined when it has. */
export function serverLimit(server: ServerProfile, dialect: ServerDialect): string | undefined {
  return LIMITS[dialect].find(({ applies }) => applies(server))?.why
}

function over(...networks: readonly ProfileTransport['network'][]): Limit['applies'] {
  return ({ transport }) => networks.includes(transport.network)
}

function hasAlterId({ users }: ServerProfile): boolean {
  return users.some(({ alterId }) => alterId > 0)
}

function hasDisguise({ transport }: ServerProfile): boolean {
  return (transport.network === 'tcp' || transport.network === 'kcp') && transport.header !== 'none'
}

function isMulti(transport: ProfileTransport): boolean {
  return transport.network === 'grpc' && transport.mode === 'multi'
}
