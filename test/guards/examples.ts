/**
 * Small source trees that the guards must reject. The first line of each file in `examples/` says by
 * which rules, or `// accepted`; the rest of the file is what somebody might write by mistake.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const EXAMPLES = fileURLToPath(new URL('./examples', import.meta.url))
const CONFIGURATION = ['biome.json', '.dependency-cruiser.cjs', 'package.json', 'tsconfig.json', '.gitignore']

/** The rules that each example, by its path, says it breaks. */
export function readExpectations(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(EXAMPLES, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const [first = ''] = readFileSync(path, 'utf8').split('\n', 1)
      const rules = /^\/\/ rejected by: (.+)$/.exec(first)?.[1]?.split(', ') ?? []
      if (rules.length === 0 && first !== '// accepted') throw new Error(`${path} does not say what it shows`)
      return [relative(EXAMPLES, path).split(sep).join('/'), rules]
    }),
  )
}

/** A folder that looks like this project to the tools but holds only the examples. */
export class ExampleProject {
  readonly path = mkdtempSync(join(tmpdir(), 'guards-'))

  constructor() {
    cpSync(EXAMPLES, this.path, { recursive: true })
    for (const file of CONFIGURATION) cpSync(join(ROOT, file), join(this.path, file))
    symlinkSync(join(ROOT, 'node_modules'), join(this.path, 'node_modules'), 'dir')
    mkdirSync(join(this.path, '.git'))
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** Rules that the linter found broken, by file. */
export function lint(project: string): ReadonlyMap<string, ReadonlySet<string>> {
  const bin = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const said = runTool(project, [bin, 'lint', '--reporter=json', '--max-diagnostics=none', 'src'])
  const report = JSON.parse(said) as { diagnostics: { category: string; location: { path: string } }[] }
  return group(report.diagnostics.map(({ category, location }) => [location.path, category]))
}

/** Rules of `.dependency-cruiser.cjs` that were found broken, by file. */
export function cruise(project: string): ReadonlyMap<string, ReadonlySet<string>> {
  const bin = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')
  const report = JSON.parse(runTool(project, [bin, 'src', '--output-type', 'json'])) as {
    summary: { violations: { from: string; rule: { name: string } }[] }
  }
  return group(report.summary.violations.map(({ from, rule }) => [from, rule.name]))
}

function runTool(cwd: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (!stdout.startsWith('{')) throw new Error(`${args[0]} gave no report: ${stdout}${stderr}`)
  return stdout
}

function group(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byFile = new Map<string, Set<string>>()
  for (const [file, rule] of pairs) {
    const rules = byFile.get(file) ?? new Set()
    byFile.set(file, rules.add(rule))
  }
  return byFile
}
