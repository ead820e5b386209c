import type { Pair } from '../../operations/pair.js'
import type { PairFile } from '../../operations/pair-files.js'
import type { PairText } from '../../operations/pair-texts.js'
import type { Paint } from '../paint.js'
import { shellWord } from './shell-word.js'
import { visible } from './visible.js'

const PARTS: Readonly<Record<PairFile['part'], string>> = {
  server: 'server',
  client: 'client',
  certificate: 'certificate',
  'web-server': 'nginx',
}

/** Server and clients one below the other, each under a comment with its name; one alone is bare. */
export function renderPairTexts(texts: readonly PairText[]): string {
  const sides = texts.filter(({ part }) => part === 'server' || part === 'client')
  const [only, second] = sides
  if (second === undefined) return (only?.text ?? '').trimEnd()
  return sides.map(({ name, text }) => `# ${name}\n${text.trimEnd()}`).join('\n\n')
}

/** Where the files are, and how each user gets in. */
export function renderPairFiles(files: readonly PairFile[], users: Pair['users'], paint: Paint): string {
  const width = Math.max(...files.map(({ part }) => PARTS[part].length))
  return [
    ...files.map(({ part, path }) => `${paint.green(PARTS[part].padEnd(width))}  ${visible(path)}`),
    '',
    ...users.map(({ name, link }) => `${paint.bold('link')} ${visible(name)}  ${link}`),
  ].join('\n')
}

export interface InitView {
  readonly files: readonly PairFile[]
  /** The command that would have asked nothing. */
  readonly again: string
  /** Of the first link, drawn; empty for none. */
  readonly qr: string
  readonly paint: Paint
}

/** The files and links of a new pair, and what to do next. */
export function renderInit({ users }: Pair, { files, again, qr, paint }: InitView): string {
  const server = files.find(({ part }) => part === 'server')?.path ?? ''
  const client = files.find(({ part }) => part === 'client')?.path ?? ''
  return [
    renderPairFiles(files, users, paint),
    ...(qr === '' ? [] : ['', qr]),
    '',
    `${paint.bold('next')}, on the server:  ${paint.cyan(`vmess serve -c ${shellWord(server)}`)}`,
    `      on the client:  ${paint.cyan(`vmess connect -c ${shellWord(client)}`)}`,
    `      for a phone:    ${paint.cyan(`vmess share image ${shellWord(client)}${nameFlag(users)} -o qr.png`)}`,
    '',
    'the same without questions:',
    `  ${visible(again)}`,
  ].join('\n')
}

/** In the file of a client the server has the name of an outbound; the link had that of the user. */
function nameFlag([first]: Pair['users']): string {
  return first === undefined ? '' : ` --name ${shellWord(first.name)}`
}

/** The same for programs; texts where no files were written. */
export function pairJson({ format, texts, users }: Pair, files?: readonly PairFile[]): object {
  const written = files ?? texts.map(({ part, name, text }) => ({ part, name, text }))
  return { format, files: written, users }
}
