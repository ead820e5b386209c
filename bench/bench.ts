/** What every measurement is given and what it hands back. */
import type { Programs } from './build.js'
import type { OurHop } from './pair.js'
import type { Load, Target } from './workers.js'

export interface Surroundings {
  readonly programs: Programs
  readonly ourHop: OurHop
  readonly load: Load
  readonly target: Target
  /** Smaller and fewer runs: for a first look. */
  readonly quick: boolean
  /** Ciphers to measure; empty for all. */
  readonly securities: readonly string[]
  /** Words that the name of a chain must contain; empty for all chains. */
  readonly chains: readonly string[]
  /** Says on the terminal what is being done. */
  progress(text: string): void
}

export interface Table {
  readonly title: string
  /** What the figures are and how they were taken, in a sentence or two. */
  readonly note: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export type Bench = (surroundings: Surroundings) => Promise<Table>

/** The middle of the figures; the mean of the two in the middle when they are even in number. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** `a / b` with two decimals, or a dash where either is missing. */
export function ratio(a: number | undefined, b: number | undefined): string {
  if (a === undefined || b === undefined || !Number.isFinite(a / b)) return '-'
  return (a / b).toFixed(2)
}

/** A figure with so many decimals, or a dash. */
export function figure(value: number | undefined, decimals = 0): string {
  return value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(decimals)
}

/** Whether a name has one of the words that were asked for; without any, it has. */
export function wanted(name: string, words: readonly string[]): boolean {
  return words.length === 0 || words.some((word) => name.includes(word))
}
