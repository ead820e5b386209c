/** A relay that loses 1 % of the packets each way and takes 50 ms there and back, as a process of its own: `lossy PORT`. */
import { startLossyRelay } from '../test/support/lossy-relay.js'

const LOSS = 0.01
const DELAY_MS = 25

const { port } = await startLossyRelay({ target: Number(process.argv[2]), loss: LOSS, delayMs: DELAY_MS })
process.send?.(port)
process.on('disconnect', () => process.exit(0))
