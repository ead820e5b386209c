/** What every transport promises about reaching and being reached. */
import type { Connection } from '../contracts/connection.js'
import type { Address, Listener, Tally, Transport } from '../contracts/transport.js'
import { Fault, isFault } from '../faults/fault.js'
import type { FaultCode } from '../faults/table.js'
import { assertBytes, assertSame, assertThat, patternBytes, type ContractCheck } from './contract.js'
import { Recorder } from './recorder.js'

export interface TransportUnderTest {
  readonly transport: Transport
  /** Where to listen; with port 0, or a path that is free. */
  readonly place: Address
  /** Where nothing listens. */
  readonly nowhere: Address
}

type Check = (given: TransportUnderTest) => Promise<void>

const NEVER = new AbortController().signal

const CHECKS: Readonly<Record<string, Check>> = {
  'connects to where it listens': async ({ transport, place }) => {
    const { listener, accepted } = await listen(transport, place)
    const near = new Recorder(await transport.connect(addressOf(place, listener), { signal: NEVER }))
    const far = new Recorder(await accepted)
    near.connection.write(patternBytes(100_000))
    near.connection.end()
    await Promise.all([near.untilClosed(), far.untilClosed()])
    assertBytes(far.bytes(), patternBytes(100_000), 'what the accepted side read')
    await listener.close()
  },
  'says where it listens and who is who': async ({ transport, place }) => {
    const { listener, accepted } = await listen(transport, place)
    const near = await transport.connect(addressOf(place, listener), { signal: NEVER })
    const far = await accepted
    if (place.kind === 'tcp') {
      assertThat(listener.endpoint.port > 0, 'port 0 has become a number')
      assertSame(far.remote.port, near.local.port, 'the port of the connecting side')
      assertSame(near.remote.port, listener.endpoint.port, 'the port of the listening side')
    } else assertSame(listener.endpoint.address, place.path, 'the path')
    await closeAll(near, far)
    await listener.close()
  },
  'refuses where nothing listens': async ({ transport, nowhere }) => {
    await assertRejects(transport.connect(nowhere, { signal: NEVER }), ['DIAL_REFUSED', 'DIAL_FAILED'])
  },
  'refuses to listen twice on one place': async ({ transport, place }) => {
    const { listener } = await listen(transport, place)
    await assertRejects(transport.listen(addressOf(place, listener), { onConnection: drop }), [
      'TRANSPORT_LISTEN',
    ])
    await listener.close()
  },
  'gives up when told to': async ({ transport, place }) => {
    const { listener } = await listen(transport, place)
    const controller = new AbortController()
    const attempt = transport.connect(addressOf(place, listener), { signal: controller.signal })
    controller.abort(new Fault('DIAL_ABORTED'))
    await assertRejects(attempt, ['DIAL_ABORTED'])
    await assertRejects(transport.connect(addressOf(place, listener), { signal: controller.signal }), [
      'DIAL_ABORTED',
    ])
    await listener.close()
  },
  'keeps connections when it stops to listen': async ({ transport, place }) => {
    const { listener, accepted } = await listen(transport, place)
    const address = addressOf(place, listener)
    const near = new Recorder(await transport.connect(address, { signal: NEVER }))
    const far = new Recorder(await accepted)
    await Promise.all([listener.close(), listener.close()])
    await assertRejects(transport.connect(address, { signal: NEVER }), ['DIAL_REFUSED', 'DIAL_FAILED'])
    near.connection.write(patternBytes(10))
    await far.untilReceived(10)
    near.connection.end()
    await Promise.all([near.untilClosed(), far.untilClosed()])
  },
  'counts what passes, on both sides': async ({ transport, place }) => {
    const listening = countingTally()
    const connecting = countingTally()
    const { listener, accepted } = await listen(transport, place, listening.tally)
    const address = addressOf(place, listener)
    const near = new Recorder(await transport.connect(address, { signal: NEVER, tally: connecting.tally }))
    const far = new Recorder(await accepted)
    near.connection.write(patternBytes(1_234))
    await far.untilReceived(1_234)
    far.connection.write(patternBytes(77))
    await near.untilReceived(77)
    near.connection.end()
    await Promise.all([near.untilClosed(), far.untilClosed()])
    // At least: a transport with a head of its own writes more than it is given.
    assertThat(
      connecting.written >= 1_234 && listening.read >= 1_234,
      'bytes toward the listener are counted',
    )
    assertThat(listening.written >= 77 && connecting.read >= 77, 'bytes from the listener are counted')
    assertSame(connecting.written, listening.read, 'bytes written here and read there')
    assertSame(listening.written, connecting.read, 'bytes written there and read here')
    await listener.close()
  },
}

/** Checks for a transport of any kind; `make` is called for each. */
export function transportContract(make: () => Promise<TransportUnderTest>): readonly ContractCheck[] {
  return Object.entries(CHECKS).map(([name, check]) => ({
    name,
    check: async () => {
      await check(await make())
    },
  }))
}

interface Listening {
  readonly listener: Listener
  /** The first connection. */
  readonly accepted: Promise<Connection>
}

async function listen(transport: Transport, place: Address, tally?: Tally): Promise<Listening> {
  let accept: (connection: Connection) => void = drop
  const accepted = new Promise<Connection>((resolve) => {
    accept = resolve
  })
  const onConnection = (connection: Connection): void => {
    accept(connection)
    accept = drop
  }
  const listener = await transport.listen(place, { onConnection, ...(tally !== undefined && { tally }) })
  return { listener, accepted }
}

function drop(connection: Connection): void {
  connection.abort()
}

function addressOf(place: Address, listener: Listener): Address {
  return place.kind === 'unix' ? place : { ...place, port: listener.endpoint.port }
}

async function closeAll(...connections: readonly Connection[]): Promise<void> {
  const recorders = connections.map((connection) => new Recorder(connection))
  for (const { connection } of recorders) connection.end()
  await Promise.all(recorders.map((recorder) => recorder.untilClosed()))
}

async function assertRejects(attempt: Promise<unknown>, codes: readonly FaultCode[]): Promise<void> {
  const outcome = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!isFault(outcome)) throw new Error(`expected ${codes.join(' or ')}, not ${String(outcome)}`)
  assertThat(codes.includes(outcome.code), `the fault is ${codes.join(' or ')}, not ${outcome.code}`)
}

function countingTally(): { readonly tally: Tally; readonly read: number; readonly written: number } {
  let read = 0
  let written = 0
  const count = (add: (bytes: number) => void): { add: (bytes: number) => void } => ({ add })
  return {
    tally: {
      read: count((bytes) => {
        read += bytes
      }),
      written: count((bytes) => {
        written += bytes
      }),
    },
    get read() {
      return read
    },
    get written() {
      return written
    },
  }
}
