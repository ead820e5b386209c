import type { Policy } from '../config/policy.js'

/** Policy by user level; a level that is not configured has the defaults. */
export type PolicyTable = (level: number) => Policy
