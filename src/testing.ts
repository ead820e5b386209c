/**
 * For tests of what is built on this library: connections without a network, time that does as it is
 * told, and the promises that a connection or transport of your own has to keep.
 */
export { connectionContract, type ConnectedPair, type MakePair } from './testing/connection-contract.js'
export type { ContractCheck } from './testing/contract.js'
export {
  makeFakeClock,
  makeFakeTicker,
  makeSeededRandom,
  type FakeClock,
  type FakeTicker,
} from './testing/fakes.js'
export { makePacketPair } from './testing/packet-pair.js'
export { Recorder, type RecorderOptions } from './testing/recorder.js'
export { transportContract, type TransportUnderTest } from './testing/transport-contract.js'
export {
  makeMemoryTransport,
  makePair,
  type MemoryTransportOptions,
  type PairOptions,
} from './transport/memory.js'
