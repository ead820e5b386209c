/** Who has to act: our caller, the other end of the wire, the machine and network, or we ourselves. */
export type Blame = 'caller' | 'peer' | 'environment' | 'bug'

/** One row of the fault table. `docs/reference/faults.md` is written from these texts. */
export interface FaultEntry {
  /** What did not work: lower case, no full stop. */
  readonly what: string
  readonly blame: Blame
  /** The usual cause, in sentences, for the reference page. */
  readonly cause: string
  /** The next thing to try: lower case, no full stop. */
  readonly hint?: string
}

export type FaultTable = Readonly<Record<string, FaultEntry>>
