/** One port for applications that speak SOCKS 5, SOCKS 4 or HTTP: the first byte tells. */
import { makeAccountCheck } from '../account/accounts.js'
import type { InboundConfig } from '../config/config.js'
import type { Lender } from '../contracts/connection.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import { VERSION_4, VERSION_5 } from '../socks/constants.js'
import { makeAcceptor } from './acceptor.js'
import { makeHttpServer } from './http.js'
import { joinServer, type ProtocolServer } from './protocol-server.js'
import { makeSocksServer, socksOptions } from './socks.js'

type MixedConfig = Extract<InboundConfig, { protocol: 'mixed' }>

export function makeMixedInbound(config: MixedConfig, surroundings: InboundSurroundings): Inbound {
  const { tag, protocol, listen, settings } = config
  const { accounts, userLevel: level } = settings
  const check = makeAccountCheck(accounts)
  const server = makeMixedServer({
    socks: makeSocksServer(socksOptions(config, surroundings)),
    http: makeHttpServer({ tag, protocol, check, level, surroundings, allowTransparent: false }),
  })
  const { serve } = server
  return joinServer(makeAcceptor({ tag, protocol, listen, surroundings, serve, level }), server)
}

export interface MixedServers {
  readonly socks: ProtocolServer
  readonly http: ProtocolServer
}

export function makeMixedServer({ socks, http }: MixedServers): ProtocolServer {
  return {
    serve: (connection, headOver) => {
      const onData = (bytes: Uint8Array, lender: Lender): void => {
        const server = bytes[0] === VERSION_5 || bytes[0] === VERSION_4 ? socks : http
        connection.pause()
        connection.unread(lender.keep(bytes))
        server.serve(connection, headOver)
      }
      // Whoever ends before the first byte was only looking whether somebody listens.
      const onEnd = (): void => {
        connection.end()
      }
      connection.start({ onData, onEnd, onDrain: () => undefined, onClose: headOver })
    },
    close: () => {
      socks.close()
      http.close()
    },
  }
}
