/** Where the formats of files are read and written; loaded when one is asked for. */
import type { DialectId, FormatId } from './dialect-ids.js'
import type { NodeReading } from './node-reading.js'
import type { Profile } from './profile.js'

export interface FileReading {
  /** Undefined when no node says. */
  readonly dialect: DialectId | undefined
  readonly nodes: readonly NodeReading[]
}

/** One syntax: its reader tells the dialects that share it, or takes the word of the caller. Both are pure. */
interface FileSyntax {
  /** Throws `LINK_*` when the text as a whole is of no use. */
  read(text: string, wanted?: DialectId): FileReading
  /** Profiles that fit (`fitProfile`), with names of their own. */
  write(profiles: readonly Profile[], dialect: DialectId): string
}

type FileDialect = 'clash' | 'mihomo' | 'sing-box' | 'v2ray' | 'v2ray5' | 'xray'
const YAML_DIALECTS: readonly FormatId[] = ['clash', 'mihomo']
const JSON_DIALECTS: readonly FormatId[] = ['sing-box', 'v2ray', 'v2ray5', 'xray']

/** What is read and written as a whole file; links and lines are not. */
export function isFileDialect(format: FormatId): format is FileDialect {
  return YAML_DIALECTS.includes(format) || JSON_DIALECTS.includes(format)
}

export async function loadSyntax(syntax: 'yaml' | 'json'): Promise<FileSyntax> {
  return syntax === 'yaml' ? loadYaml() : loadJson()
}

export function syntaxOf(dialect: DialectId): 'yaml' | 'json' {
  return YAML_DIALECTS.includes(dialect) ? 'yaml' : 'json'
}

async function loadYaml(): Promise<FileSyntax> {
  const { readClashText, writeClashText } = await import('./clash-yaml.js')
  return {
    read: (text, wanted = 'mihomo') => ({ dialect: wanted, nodes: readClashText(text) }),
    write: (profiles) => writeClashText(profiles),
  }
}

async function loadJson(): Promise<FileSyntax> {
  const { readJsonText } = await import('./json-dialects.js')
  const { writeJson } = await import('./json-writers.js')
  return { read: readJsonText, write: writeJson }
}
