/** The reference page of all faults, written from the fault table. */
import { exitCodeOf } from '../src/cli/exit-codes.js'
import type { Blame, FaultEntry } from '../src/faults/entry.js'
import { FAULTS, type FaultCode } from '../src/faults/table.js'

/** What a code's first word stands for. Each area of the table must be here. */
const AREAS: Readonly<Record<string, string>> = {
  WIRE: 'A message is cut short or too long, whatever its protocol.',
  VMESS: 'The VMess protocol itself: users, headers, bodies.',
  MUX: 'Several flows inside one VMess connection.',
  SOCKS: 'What an application says to a SOCKS inbound.',
  HTTP: 'What an application says to an HTTP proxy inbound, or a web server behind it answers.',
  LINK: 'Share links.',
  IMPORT: 'Taking servers in.',
  PROFILE: 'Stored profiles.',
  SUBSCRIPTION: 'Subscriptions.',
  PROBE: 'Measuring tunnels.',
  PICTURE: 'QR codes in pictures.',
  QR: 'Drawing QR codes.',
  CONFIG: 'Configuration files.',
  PAIR: 'Making a server and client that belong together.',
  TRANSPORT: 'Listening, and connections that break.',
  DIAL: 'Reaching a server or a destination.',
  RELAY: 'What ends a flow that was running.',
  NTP: 'Asking servers for the time.',
  MATCH: 'A client against its server.',
  CLOCK: 'The clock of this machine.',
  VERSION: 'Looking for a newer version.',
  CLI: 'The command line.',
  INTERNAL: 'Mistakes of this program.',
}

const BLAME: Readonly<Record<Blame, string>> = {
  caller: 'what was asked for',
  peer: 'the other end of the connection',
  environment: 'the machine or the network',
  bug: 'this program',
}

const HEAD = `# Faults

<!-- Written by \`npm run docs\` from src/faults/codes. Edit the table there, not this page. -->

Everything that goes wrong has a code. The code is stable and is what programs should match on; the words
may change. A fault says **what** did not work, **why** (the fact that decided it, with numbers) and, where
there is one, a **hint** with the next thing to try. With \`--json\` it is the object under \`error\`.

*Blame* says who has to act. *Exit* is the exit code when the fault ends a command.
`

/** The area of a code: its first word. */
export function areaOf(code: string): string {
  return code.slice(0, code.indexOf('_'))
}

/** The whole page, in Markdown. Throws `Error` when an area has no description. */
export function formatFaultPage(): string {
  const codes = Object.keys(FAULTS) as FaultCode[]
  const areas = [...new Set(codes.map(areaOf))]
  const contents = areas.map((area) => `- [${area}](#${area.toLowerCase()}): ${describeArea(area)}`)
  const sections = areas.map((area) => formatArea(area, codes))
  return `${[HEAD, `${contents.join('\n')}\n`, ...sections].join('\n')}`
}

function formatArea(area: string, codes: readonly FaultCode[]): string {
  const paragraphs = codes.filter((code) => areaOf(code) === area).map(formatFault)
  return [`## ${area}\n`, `${describeArea(area)}\n`, ...paragraphs].join('\n')
}

function describeArea(area: string): string {
  const description = AREAS[area]
  if (description === undefined) throw new Error(`area ${area} has no description in scripts/fault-page.ts`)
  return description
}

function formatFault(code: FaultCode): string {
  const { what, blame, cause, hint }: FaultEntry = FAULTS[code]
  const lines = [`### ${code}\n`, `**${what}.** ${cause}\n`]
  if (hint !== undefined) lines.push(`Try: ${hint}\n`)
  lines.push(`Blame: ${BLAME[blame]}. Exit: ${exitCodeOf({ code, blame })}.\n`)
  return lines.join('\n')
}
