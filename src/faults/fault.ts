import type { Blame, FaultEntry } from './entry.js'
import { FAULTS, type FaultCode } from './table.js'

/** Facts that are safe to show: never keys, whole UUIDs, payload or passwords. */
export type FaultContext = Readonly<Record<string, string | number | boolean>>

export interface FaultDetails {
  /** The fact that decided it, with numbers. */
  readonly why?: string
  /** Replaces the table's text where the place knows better. */
  readonly what?: string
  readonly hint?: string
  readonly blame?: Blame
  readonly context?: FaultContext
  readonly cause?: unknown
}

/**
 * The one error class. Match on `code`, never on the class or the words.
 * `message` is `what`, followed by `why` where there is one.
 */
export class Fault extends Error {
  readonly code: FaultCode
  readonly what: string
  readonly why: string | undefined
  readonly hint: string | undefined
  readonly blame: Blame
  readonly context: FaultContext

  constructor(code: FaultCode, details: FaultDetails = {}) {
    const entry: FaultEntry = FAULTS[code]
    const what = details.what ?? entry.what
    super(details.why === undefined ? what : `${what}: ${details.why}`, { cause: details.cause })
    this.name = 'Fault'
    this.code = code
    this.what = what
    this.why = details.why
    this.hint = details.hint ?? entry.hint
    this.blame = details.blame ?? entry.blame
    this.context = details.context ?? {}
  }
}

/** Whether an unknown thrown value is a fault, of the given code if one is named. */
export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code)
}

/** Any thrown value as a fault; what is not one yet was not foreseen and is our bug. */
export function asFault(error: unknown): Fault {
  if (isFault(error)) return error
  const why = error instanceof Error ? error.message : String(error)
  return new Fault('INTERNAL_INVARIANT', { why, cause: error })
}
