/** Names for groups of nodes, which share one space with the names of the nodes. */

export interface GroupNames {
  /** The group that people choose in. */
  readonly select: string
  /** The group that takes the fastest. */
  readonly auto: string
}

export function groupNames(taken: readonly string[]): GroupNames {
  const all = new Set(taken)
  return { select: freeName('Proxy', all), auto: freeName('Auto', all) }
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let n = 2; taken.has(name); n++) name = `${wanted} ${n}`
  return name
}
