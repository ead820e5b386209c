/** Numbers of 32 bits that wrap around; two of them are never half the range apart. */

/** Whether `a` comes before `b`. */
export function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/** How far `b` is behind `a`; negative when it comes before. */
export function distance(a: number, b: number): number {
  return (b - a) | 0
}

export function following(number: number): number {
  return (number + 1) >>> 0
}
