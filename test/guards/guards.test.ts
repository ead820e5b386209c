/** Every guard has been seen to fail: each rejects its bad example, and accepts the good ones. */
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cruise, ExampleProject, lint, readExpectations, ROOT } from './examples.js'

type Findings = ReadonlyMap<string, ReadonlySet<string>>

const LONG = {
  'src/vmess/long-file.ts': ['lint/style/noExcessiveLinesPerFile', 401],
  'src/vmess/long-function.ts': ['lint/complexity/noExcessiveLinesPerFunction', 51],
} as const

const expectations = new Map<string, readonly string[]>([
  ...readExpectations(),
  ...Object.entries(LONG).map(([file, [rule]]): [string, string[]] => [file, [rule]]),
])
const expectedRules = new Set([...expectations.values()].flat())

let project: ExampleProject
let linted: Findings
let cruised: Findings

beforeAll(() => {
  project = new ExampleProject()
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, i) => `  list.push(${i})\n`).join('')
  const pushes = (count: number): string => `export function fill(list: number[]): void {\n${lines(count)}}\n`
  writeFileSync(join(project.path, 'src/vmess/long-function.ts'), pushes(51))
  const statements = Array.from({ length: 401 }, (_, i) => `export const A${i} = ${i}\n`).join('')
  writeFileSync(join(project.path, 'src/vmess/long-file.ts'), statements)
  linted = lint(project.path)
  cruised = cruise(project.path)
}, 60_000)

afterAll(() => {
  project.remove()
})

function found(file: string): string[] {
  return [...(linted.get(file) ?? []), ...(cruised.get(file) ?? [])].sort()
}

describe('examples', () => {
  test.each([...expectations].map(([file, rules]) => ({ file, rules })))(
    '$file is judged as it says: $rules',
    ({ file, rules }) => {
      expect(found(file)).toEqual([...rules].sort())
    },
  )
})

describe('every configured rule has an example that breaks it', () => {
  test('of the layers', () => {
    const config = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as {
      forbidden: { name: string }[]
    }
    const names = config.forbidden.map(({ name }) => name)
    expect(names.filter((name) => !expectedRules.has(name))).toEqual([])
  })

  test('of the linter', () => {
    const config = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as BiomeConfig
    const named = [config.linter, ...config.overrides.map((override) => override.linter)].flatMap(rulesOf)
    expect([...new Set(named)].filter((name) => !expectedRules.has(name))).toEqual([])
  })
})

interface LinterConfig {
  readonly rules: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>
}

interface BiomeConfig {
  readonly linter: LinterConfig
  readonly overrides: readonly { readonly linter: LinterConfig }[]
}

/** Rules that this configuration turns on by name, as findings call them. */
function rulesOf({ rules }: LinterConfig): string[] {
  return Object.entries(rules).flatMap(([area, settings]) =>
    typeof settings === 'string'
      ? []
      : Object.entries(settings).flatMap(([rule, level]) =>
          level === 'off' ? [] : [`lint/${area}/${rule}`],
        ),
  )
}

describe('the project itself', () => {
  test('keeps its layers', () => {
    expect(asList(cruise(ROOT))).toEqual([])
  }, 60_000)

  test('has nothing for the linter to say', () => {
    expect(asList(lint(ROOT))).toEqual([])
  }, 60_000)
})

function asList(findings: Findings): string[] {
  return [...findings].map(([file, rules]) => `${file}: ${[...rules].join(', ')}`)
}
