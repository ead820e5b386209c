/** Colour as a value that renderers are given, so that they stay pure. */

export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly green: (text: string) => string
  readonly cyan: (text: string) => string
}

const same = (text: string): string => text

export const PLAIN: Paint = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same }

/** Paint for one stream: plain unless it is a terminal that wants colour (`bin/run.js` has settled that). */
export async function paintFor(stream: 'stdout' | 'stderr'): Promise<Paint> {
  const forced = process.env.FORCE_COLOR
  if (forced === '0' || (forced === undefined && !process[stream].isTTY)) return PLAIN
  const { chalk, chalkStderr } = await import('chalk').then((module) => ({
    ...module,
    chalk: module.default,
  }))
  return stream === 'stdout' ? chalk : chalkStderr
}
