/** The reference page of all dialects: fields × dialects, from the table that the writers work by. */
import { DIALECT_IDS, DIALECT_TITLES, type DialectId } from '../src/dialects/dialect-ids.js'
import { DIALECT_SUPPORT, supportOf } from '../src/dialects/dialect-support.js'
import {
  FIELD_NAMES,
  type FieldName,
  PROFILE_FIELDS,
  type ProfileField,
} from '../src/dialects/profile-fields.js'

interface Family {
  readonly title: string
  readonly dialects: readonly DialectId[]
}

const FAMILIES: readonly Family[] = [
  {
    title: 'Links',
    dialects: ['v2rayn', 'url', 'shadowrocket', 'quantumult', 'kitsunebi', 'v2rayu', 'v2fly'],
  },
  { title: 'Lines of apps', dialects: ['quantumultx', 'surge', 'surfboard', 'loon'] },
  { title: 'Files', dialects: ['clash', 'mihomo', 'sing-box', 'v2ray', 'v2ray5', 'xray'] },
]

const HEAD = `# Dialects

<!-- Written by \`npm run docs\` from src/dialects/dialect-support.ts. Edit the table there, not this page. -->

What each format can say about a VMess client. \`vmess convert --to FORMAT\` takes the names in the heads of
the tables, and \`links\` and \`subscription\` (base64) for lists: each node of a list is written in the v2rayN form
unless the URL form carries more of it. Server, port and id are carried by all.

*yes*: carried · *–*: there is no place for it · *a letter*: carried in part, as the notes below the table say.
What is not carried is named by \`convert\`. A field in **bold** is one that the tunnel, or what the profile promises,
depends on: losing it is an error unless \`--lossy\` is given. The pins are, where nothing else checks the certificate.

Every format is also read, by its content: links among other lines, subscriptions plain and in base64, and files
with nodes of other protocols among them. A node that cannot be read is reported and loses no other one.
`

export function formatDialectPage(): string {
  return [HEAD, ...FAMILIES.map(familySection), titles()].join('\n')
}

function familySection({ title, dialects }: Family): string {
  const notes: string[] = []
  const rows = FIELD_NAMES.map((field) => row(field, dialects, notes))
  const listed = notes.map((note, i) => `- ${letter(i)}: ${note}`)
  return [
    `## ${title}\n`,
    `| field | ${dialects.join(' | ')} |`,
    `| --- | ${dialects.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    ...listed,
    ...fillNotes(dialects),
    '',
  ].join('\n')
}

function row(field: FieldName, dialects: readonly DialectId[], notes: string[]): string {
  const { title, breaks }: ProfileField = PROFILE_FIELDS[field]
  const cells = dialects.map((dialect) => {
    const support = supportOf(dialect, field)
    if (support === 'yes') return 'yes'
    if (support === 'no') return '–'
    if (!notes.includes(support.note)) notes.push(support.note)
    return letter(notes.indexOf(support.note))
  })
  return `| ${breaks === true ? `**${title}**` : title} | ${cells.join(' | ')} |`
}

function letter(index: number): string {
  return `(${String.fromCharCode(97 + index)})`
}

/** What a writer says where the profile says nothing. */
function fillNotes(dialects: readonly DialectId[]): readonly string[] {
  const fillsOf = (dialect: DialectId) => DIALECT_SUPPORT[dialect].fills
  const udp = dialects.filter((dialect) => fillsOf(dialect)?.udp === true)
  const xudp = dialects.filter((dialect) => fillsOf(dialect)?.packetEncoding === 'xudp')
  return [
    ...(udp.length === 0
      ? []
      : [`- UDP relay is switched on in ${udp.join(', ')} where the source does not say`]),
    ...(xudp.length === 0
      ? []
      : [`- so is XUDP in ${xudp.join(', ')}: without it they reach one target per socket`]),
  ]
}

function titles(): string {
  return [
    '## Names\n',
    '| format | is |',
    '| --- | --- |',
    ...DIALECT_IDS.map((id) => `| \`${id}\` | ${DIALECT_TITLES[id]} |`),
    '',
  ].join('\n')
}
