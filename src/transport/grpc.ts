/** VMess over gRPC: each direction is a stream of messages (protocol §9.5). */
import type { IncomingHttpHeaders } from 'node:http2'
import type { GrpcConfig } from '../config/config.js'
import { formatHostPort } from '../address/destination.js'
import type { Address, Transport } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import { encodeMessageHead, MessageDecoder, MOST_PAYLOAD } from '../grpc/message.js'
import { acceptedPaths, servicePaths } from '../grpc/service-path.js'
import type { ResponseHeaders, StreamForm } from './h2-form.js'
import { type H2TransportOptions, makeStreamTransport, pathOf, quoted } from './h2.js'

const STATUS_OK = 200
const GRPC_OK = '0'
const CONTENT_TYPE = 'application/grpc'
const USER_AGENT = 'grpc-go/1.60.1'

const FRAMING = {
  mostPayload: MOST_PAYLOAD,
  encodeHead: encodeMessageHead,
  makeDecoder: () => new MessageDecoder(),
}

/** One HTTP/2 connection for all connections to a server, each of them one call of its service. */
export function makeGrpcTransport(config: GrpcConfig, options: H2TransportOptions = {}): Transport {
  return makeStreamTransport(grpcForm(config), options)
}

function grpcForm(config: GrpcConfig): StreamForm {
  const { single, multi } = servicePaths(config.serviceName)
  const path = config.multi ? multi : single
  const accepted = acceptedPaths(config.serviceName)
  return {
    name: 'grpc',
    framing: FRAMING,
    requestHeaders: (address, tlsName) => ({
      ':method': 'POST',
      ':path': path,
      ':authority': config.authority ?? authorityOf(address, tlsName),
      'content-type': CONTENT_TYPE,
      'user-agent': config.userAgent ?? USER_AGENT,
      te: 'trailers',
    }),
    responseHeaders: { ':status': STATUS_OK, 'content-type': CONTENT_TYPE },
    trailers: { 'grpc-status': GRPC_OK },
    refusal: (request) => refusal(request, accepted),
    responseFault: (response) => responseFault(response, path),
  }
}

function authorityOf(address: Address, tlsName: string | undefined): string {
  if (tlsName !== undefined) return tlsName
  return address.kind === 'unix' ? 'localhost' : formatHostPort(address.host, address.port)
}

function refusal(request: IncomingHttpHeaders, accepted: readonly string[]): string | undefined {
  const path = pathOf(request)
  if (!accepted.includes(path))
    return `its path is ${quoted(path)}; expected ${accepted.map(quoted).join(' or ')}`
  const method = request[':method'] ?? ''
  if (method !== 'POST') return `its method is ${quoted(method)}; expected POST`
  const type = request['content-type'] ?? ''
  if (!type.startsWith(CONTENT_TYPE)) return `its content-type is ${quoted(type)}; expected ${CONTENT_TYPE}`
  return undefined
}

/** Of the response, or of the trailers, which have no status of HTTP. */
function responseFault(headers: ResponseHeaders, path: string): Fault | undefined {
  const { ':status': status } = headers
  if (status !== undefined && status !== STATUS_OK) {
    return new Fault('TRANSPORT_H2_STATUS', { why: `status ${status} at ${path}` })
  }
  const grpcStatus = headers['grpc-status']
  if (grpcStatus === undefined || grpcStatus === GRPC_OK) return undefined
  const message = headers['grpc-message']
  const words = typeof message === 'string' ? `: ${quoted(message)}` : ''
  return new Fault('TRANSPORT_GRPC_STATUS', {
    why: `status ${quoted(String(grpcStatus))} at ${path}${words}`,
  })
}
