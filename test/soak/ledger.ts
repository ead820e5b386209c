/** What happened to every flow of a soak: by cell, with each surprise in words. */

/**
 * `killed` flows were ended by us, at one of their ends or on the wire under them; `lost` ones had a datagram
 * that was not answered, which is no fault as long as it is rare.
 */
export type Outcome = 'whole' | 'killed' | 'lost' | 'wrong'

export interface Tally {
  whole: number
  killed: number
  lost: number
  wrong: number
  /** Payload that came back and was compared. */
  bytes: number
  datagrams: number
  cuts: number
}

function makeTally(): Tally {
  return { whole: 0, killed: 0, lost: 0, wrong: 0, bytes: 0, datagrams: 0, cuts: 0 }
}

const SURPRISES_SHOWN = 40

export class Ledger {
  readonly surprises: string[] = []
  readonly #tallies = new Map<string, Tally>()

  of(cell: string): Tally {
    let tally = this.#tallies.get(cell)
    if (tally === undefined) {
      tally = makeTally()
      this.#tallies.set(cell, tally)
    }
    return tally
  }

  note(cell: string, outcome: Outcome, why = ''): void {
    this.of(cell)[outcome]++
    if (outcome === 'wrong' && this.surprises.length < SURPRISES_SHOWN) this.surprises.push(`${cell}: ${why}`)
  }

  get cells(): ReadonlyMap<string, Readonly<Tally>> {
    return this.#tallies
  }

  get total(): Readonly<Tally> {
    const total = makeTally()
    for (const tally of this.#tallies.values()) {
      for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key]
    }
    return total
  }
}
