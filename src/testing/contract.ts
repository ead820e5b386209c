/** Checks that need no test framework: run each `check`, it throws when the promise is not kept. */

export interface ContractCheck {
  readonly name: string
  check(): Promise<void>
}

/** Throws an error that says what was promised. */
export function assertThat(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(`not kept: ${promise}`)
}

/** Throws unless the two are the same value. */
export function assertSame<Value>(actual: Value, expected: Value, what: string): void {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)}, not ${String(expected)}`)
}

/** Throws at the first byte that differs. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assertSame(actual.length, expected.length, `the length of ${what}`)
  const at = actual.findIndex((byte, i) => byte !== expected[i])
  if (at >= 0) throw new Error(`byte ${at} of ${what} is ${String(actual[at])}, not ${String(expected[at])}`)
}

/** Bytes that are different at every offset within a long distance, so that no reordering stays unseen. */
export function patternBytes(length: number, start = 0): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = Math.imul(start + i, 0x9e3779b1) >>> 24
  return bytes
}
