/** An inbound under test: real dispatcher and relay, a network in memory, and an outbound that is watched. */
import type { InboundConfig, ListenConfig } from '../../src/config/config.js'
import { DEFAULT_POLICY } from '../../src/config/policy.js'
import type { Connection, Endpoint } from '../../src/contracts/connection.js'
import type {
  DatagramSocket,
  DatagramSocketHandler,
  DatagramTransport,
} from '../../src/contracts/datagram.js'
import type { InboundSurroundings } from '../../src/contracts/inbound.js'
import { makeDispatcher } from '../../src/engine/dispatcher.js'
import {
  makeFakeClock,
  makeFakeTicker,
  makeMemoryTransport,
  makeSeededRandom,
  Recorder,
} from '../../src/testing.js'
import {
  type FakeOutboundOptions,
  makeFakeOutbound,
  makeFlowEnvironment,
  makeNotingLogger,
} from './engine-fakes.js'

export const LISTEN: ListenConfig = { kind: 'tcp', host: '127.0.0.1', ports: [1080] }
export const STREAM: InboundConfig['stream'] = { network: 'tcp', security: 'none' }

const NOTHING = { add: () => undefined }
const TALLY = { read: NOTHING, written: NOTHING }

export function makeInboundBench(options: FakeOutboundOptions = {}) {
  const outbound = makeFakeOutbound(options)
  const flows = makeFlowEnvironment()
  const { ticker, ...time } = withTicker()
  const { logger, lines } = makeNotingLogger()
  const transport = makeMemoryTransport()
  const datagrams = makeMemoryDatagrams()
  const surroundings: InboundSurroundings = {
    clock: makeFakeClock(),
    random: makeSeededRandom(),
    logger,
    policy: () => DEFAULT_POLICY,
    ticker,
    datagrams,
    transport,
    tally: TALLY,
    dispatcher: makeDispatcher({
      environment: flows.environment,
      route: () => outbound.tag,
      outbounds: new Map([[outbound.tag, outbound]]),
    }),
  }
  const connect = async (): Promise<Recorder> => {
    const { signal } = new AbortController()
    return new Recorder(await transport.connect({ kind: 'tcp', host: '127.0.0.1', port: 1080 }, { signal }))
  }
  /** The far end of the flow that was opened as the `index`-th, once it is. */
  const target = async (index = 0): Promise<Recorder> => {
    await turns(() => outbound.targets[index] !== undefined)
    return new Recorder(outbound.targets[index] as Connection, { endOnEnd: false })
  }
  return { surroundings, outbound, flows, time, lines, datagrams, connect, target }
}

function withTicker() {
  const time = makeFakeTicker()
  return { ticker: time.ticker, advance: time.advance, running: () => time.running }
}

/** Lets everything in memory happen until `holds`; nothing there waits for a timer. */
export async function turns(holds: () => boolean = () => false, most = 200): Promise<void> {
  for (let i = 0; i < most && !holds(); i++) await new Promise((resolve) => setImmediate(resolve))
}

export function textOf(recorder: Recorder): string {
  return Buffer.from(recorder.bytes()).toString('latin1')
}

export interface MemoryDatagramSocket extends DatagramSocket {
  readonly sent: { readonly payload: Uint8Array; readonly to: Endpoint }[]
  readonly closed: boolean
  /** As if a datagram had come from the network. */
  arrive(payload: Uint8Array, from: Endpoint): void
}

/** UDP sockets that send to nobody and receive what a test says. */
export function makeMemoryDatagrams(): DatagramTransport & { readonly sockets: MemoryDatagramSocket[] } {
  const sockets: MemoryDatagramSocket[] = []
  let port = 40_000
  return {
    sockets,
    bind: (local) => {
      const endpoint = { address: local.address, port: local.port === 0 ? ++port : local.port }
      const socket = makeSocket(endpoint)
      sockets.push(socket)
      return Promise.resolve(socket)
    },
  }
}

function makeSocket(endpoint: Endpoint): MemoryDatagramSocket {
  let handler: DatagramSocketHandler | undefined
  let closed = false
  const sent: { payload: Uint8Array; to: Endpoint }[] = []
  return {
    endpoint,
    sent,
    get closed() {
      return closed
    },
    start: (given) => {
      handler = given
    },
    send: (payload, to) => {
      sent.push({ payload, to })
    },
    arrive: (payload, from) => handler?.onDatagram(payload, from),
    close: (cause) => {
      if (closed) return
      closed = true
      queueMicrotask(() => handler?.onClose(cause))
    },
  }
}
