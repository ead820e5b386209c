import type { Logger } from '../../src/contracts/logger.js'

const nothing = () => {}

export const silentLogger: Logger = { debug: nothing, info: nothing, warning: nothing, error: nothing }
