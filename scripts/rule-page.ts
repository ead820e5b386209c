/** The reference page of all rules about configurations, written from the rule table. */
import { TARGET_NAMES, type Rule, type Target } from '../src/config/rules/rule.js'
import { RULES, type RuleId } from '../src/config/rules/table.js'

/** What the letter of an id stands for. Each family of the table must be here. */
const FAMILIES: Readonly<Record<string, string>> = {
  F: 'The file as a whole.',
  K: 'Keys.',
  V: 'Values of any kind.',
  A: 'Alter ids.',
  U: 'Users of VMess.',
  P: 'Where inbounds listen.',
  D: 'Dynamic ports.',
  I: 'Sniffing.',
  W: 'Who can get in.',
  G: 'Tags, and what a file is for.',
  O: 'Outbounds.',
  N: 'Transports.',
  S: 'TLS.',
  R: 'Routing.',
  Y: 'Policy, DNS, log and the rest of the top level.',
  T: 'What one program refuses or does differently.',
  B: 'Files in the form of sing-box.',
  E: 'What this program does not run.',
}

const HEAD = `# Rules

<!-- Written by \`npm run docs\` from src/config/rules. Edit the table there, not this page. -->

What \`vmess validate\` looks for. A rule has an id that stays; \`--rule ID\` asks for it alone and
\`--ignore ID\` leaves it out. *Severity* is the one without \`--target\`: an **error** makes the command end
with 23, a **warning** does so with \`--strict\`, a **note** never. *V2Ray 4.34* says what the real
\`v2ray -test\` does with a file that breaks the rule; a test asks it. *Mended by --fix* are those that can be
put right without changing what the file means to V2Ray.
`

/** The family of a rule: the letter behind \`VM-\`. */
export function familyOf(id: string): string {
  return id.charAt('VM-'.length)
}

/** The whole page, in Markdown. Throws `Error` when a family has no description. */
export function formatRulePage(): string {
  const ids = (Object.keys(RULES) as RuleId[]).toSorted()
  const found = new Set(ids.map(familyOf))
  const unknown = [...found].find((family) => FAMILIES[family] === undefined)
  if (unknown !== undefined) throw new Error(`family ${unknown} has no description in scripts/rule-page.ts`)
  const families = Object.entries(FAMILIES).filter(([family]) => found.has(family))
  const contents = families.map(([family, what]) => {
    const count = ids.filter((id) => familyOf(id) === family).length
    return `- [VM-${family}](#vm-${family.toLowerCase()}): ${what} ${count} rule${count === 1 ? '' : 's'}`
  })
  const sections = families.map(([family, what]) =>
    [`## VM-${family}\n`, `${what}\n`, ...ids.filter((id) => familyOf(id) === family).map(formatRule)].join(
      '\n',
    ),
  )
  return `${[HEAD, `${ids.length} rules:\n`, `${contents.join('\n')}\n`, ...sections].join('\n')}`
}

function formatRule(id: RuleId): string {
  const rule: Rule = RULES[id]
  const facts = [
    `Severity: ${rule.severity === 'off' ? 'none without a target' : rule.severity}`,
    `V2Ray 4.34: ${rule.v2ray}`,
    ...(rule.fixable === true ? ['mended by --fix'] : []),
    ...(rule.kind === 'engine' ? ['with `--target vmess` only; else a note'] : []),
  ]
  const targets = Object.entries(rule.targets ?? {}).map(
    ([target, severity]) =>
      `${TARGET_NAMES[target as Target]}: ${severity === 'off' ? 'not mentioned' : severity}`,
  )
  const lines = [
    `### ${id}\n`,
    `**${rule.title.charAt(0).toUpperCase()}${rule.title.slice(1)}.** ${rule.why}\n`,
  ]
  lines.push(`${facts.join('. ')}.\n`)
  if (targets.length > 0) lines.push(`For ${targets.join(', for ')}.\n`)
  return lines.join('\n')
}
