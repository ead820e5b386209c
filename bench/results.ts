/** Keeps the tables of a run in the docs. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { Table } from './bench.js'
import { formatMarkdown } from './table.js'

const PAGE = join(process.cwd(), 'docs', 'performance.md')
const BEGIN = '<!-- results: written by `npm run bench -- --write` -->'
const END = '<!-- end of results -->'

/** When, where and with what the figures were taken. Names no machine. */
export interface Run {
  readonly date: string
  readonly machine: string
  readonly node: string
  readonly v2ray: string
  readonly quick: boolean
}

export function describeRun(node: string, quick: boolean): Run {
  const model =
    /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown processor'
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${model}, ${process.platform} ${process.arch}, loopback`,
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    v2ray: /^V2Ray (\S+)/.exec(execFileSync('v2ray', ['-version'], { encoding: 'utf8' }))?.[1] ?? 'unknown',
    quick,
  }
}

/** Puts the tables in the place of those with the same titles between the marks; others stay as they are. */
export async function writeResults(run: Run, tables: readonly Table[]): Promise<void> {
  const page = await readFile(PAGE, 'utf8')
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`docs/performance.md has lost its marks: ${BEGIN}`)
  const facts = `${run.date} · Node ${run.node} · v2ray ${run.v2ray} · ${run.machine}${run.quick ? ' · quick run' : ''}`
  const kept = page
    .slice(begin + BEGIN.length, end)
    .split(SECTION_START)
    .filter((text) => text.trim() !== '')
  const sections = new Map(kept.map((text) => [titleOf(text), `${text.trim()}\n`]))
  for (const table of tables) sections.set(`## ${table.title}`, formatMarkdown(table, facts))
  const body = [BEGIN, '', ...[...sections.values()].map((text) => `${text.trim()}\n`), END].join('\n')
  await writeFile(PAGE, page.slice(0, begin) + body + page.slice(end + END.length))
}

const SECTION_START = /^(?=## )/m

function titleOf(section: string): string {
  return section.slice(0, section.indexOf('\n'))
}
