/**
 * The manual page `man/vmess.1`, written from the manifest: the same words as the help, in roff.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PROGRAM = 'vmess'

/** Reads `oclif.manifest.json` of the folder and writes `man/vmess.1` there. */
export function writeManPage(root) {
  const { version, commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
  const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  mkdirSync(join(root, 'man'), { recursive: true })
  writeFileSync(join(root, 'man', 'vmess.1'), formatManPage({ version, description, commands }))
}

export function formatManPage({ version, description, commands }) {
  const shown = Object.values(commands).filter(({ hidden }) => !hidden)
  const sorted = shown.sort((a, b) => (a.id < b.id ? -1 : 1))
  const lines = [
    `.TH VMESS 1 "" "${PROGRAM} ${version}"`,
    '.ad l',
    '.SH NAME',
    `${PROGRAM} \\- ${text(description)}`,
    '.SH SYNOPSIS',
    `.B ${PROGRAM}`,
    '.I command',
    '[\\fIargument\\fR ...] [\\fIflag\\fR ...]',
    '.SH COMMANDS',
    ...sorted.flatMap(commandLines),
    '.SH EXIT STATUS',
    `.B ${PROGRAM} help exit\\-codes`,
    'prints the list.',
    '.SH SEE ALSO',
    `.B ${PROGRAM} help`,
    '.I command',
    'says the same of one command.',
  ]
  return `${lines.join('\n')}\n`
}

function commandLines({ id, aliases, summary, description, args, flags, examples }) {
  const names = [id, ...aliases].map((name) => `${PROGRAM} ${name.replaceAll(':', ' ')}`)
  const places = Object.values(args).map(({ name, required }) => (required ? name : `[${name}]`))
  return [
    `.SS ${text([names.join(', '), ...places.map((place) => place.toUpperCase())].join(' '))}`,
    ...paragraph(summary),
    ...(description ?? '')
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => ['.PP', ...paragraph(line)]),
    ...Object.values(flags).filter(isOwn).flatMap(flagLines),
    ...(examples ?? []).flatMap((example) => [
      '.PP',
      '.EX',
      text(example.replace('<%= config.bin %>', PROGRAM)),
      '.EE',
    ]),
  ]
}

/** Flags that every command has are told by the help. */
function isOwn({ helpGroup, hidden }) {
  return helpGroup !== 'GLOBAL' && !hidden
}

function flagLines({ name, char, type, allowNo, helpValue, options, summary, description }) {
  const long = allowNo ? `--[no-]${name}` : `--${name}`
  const spelt = char === undefined ? long : `-${char}, ${long}`
  const value = type === 'boolean' ? '' : ` \\fI${text(options?.join('|') ?? helpValue ?? 'value')}\\fR`
  return ['.TP', `\\fB${text(spelt)}\\fR${value}`, ...paragraph(summary ?? description)]
}

function paragraph(words) {
  return words === undefined ? [] : [text(words)]
}

/** Nothing in it means anything to roff. */
function text(words) {
  return String(words)
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(
      /[^\x20-\x7e\n]/gu,
      (one) => `\\[u${one.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
}
