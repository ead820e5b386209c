/**
 * The rule table against the real v2ray: what a rule says V2Ray refuses it refuses, and files in which we
 * find no error for V2Ray 4 it accepts.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkText } from '../../src/config/check-text.js'
import { RULES, type RuleId } from '../../src/config/rules/table.js'
import { v2rayMissing } from '../support/v2ray.js'
import { EXAMPLES } from '../unit/config/rules/examples.js'

/** One process per core of the machines that this runs on. */
const AT_ONCE = 2

let folder = ''
const verdicts = new Map<string, boolean>()

/** Whether `v2ray -test` accepts a text. Nothing is listened on. */
function ask(text: string, name: string): Promise<boolean> {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, text)
  return new Promise((resolve, reject) => {
    const child = spawn('v2ray', ['-test', '-config', file], { stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part
    })
    child.on('error', reject).on('close', (code) => resolve(code === 0 && said.includes('Configuration OK.')))
  })
}

async function askAll(texts: readonly string[]): Promise<void> {
  const waiting = [...new Set(texts)].entries()
  const worker = async (): Promise<void> => {
    for (const [i, text] of waiting) verdicts.set(text, await ask(text, `${i}`))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

const isValid = (text: string): boolean =>
  !checkText(text, { file: 'x.json', target: 'v2ray4' }).some(({ severity }) => severity === 'error')

const examples = Object.entries(EXAMPLES) as [RuleId, (typeof EXAMPLES)[RuleId]][]
const refused = examples.filter(([id]) => RULES[id].v2ray === 'refuses')
const accepted = examples.filter(([id]) => RULES[id].v2ray === 'accepts')
const valid = examples.flatMap(([id, { bad, good }]) =>
  [good, bad].filter(isValid).map((text, i) => [`${id} ${i}`, text] as const),
)

const missing = v2rayMissing()

describe.skipIf(missing !== undefined)(`the rules and v2ray 4.34${missing ? `: ${missing}` : ''}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vmess-kit-rules-'))
    await askAll([...examples.map(([, { bad }]) => bad), ...valid.map(([, text]) => text)])
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(refused)('v2ray refuses what breaks %s, as the table says', (_, { bad }) => {
    expect(verdicts.get(bad)).toBe(false)
  })

  it.each(accepted)('v2ray accepts what breaks %s, as the table says', (_, { bad }) => {
    expect(verdicts.get(bad)).toBe(true)
  })

  it.each(valid)('v2ray accepts what we call valid: %s', (_, text) => {
    expect(verdicts.get(text)).toBe(true)
  })

  it('had enough to compare', () => {
    expect(refused.length).toBeGreaterThan(30)
    expect(valid.length).toBeGreaterThan(100)
  })
})
