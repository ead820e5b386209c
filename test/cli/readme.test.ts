/** The reference has every command. That its text is fresh is for `.ci/run`, which writes it again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { summary: string; hidden?: boolean }>
}
const shown = Object.entries(commands).filter(([, { hidden }]) => hidden !== true)
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')

describe.each(shown)('%s', (id, { summary }) => {
  const [topic = ''] = id.split(':')
  const page = join('docs/reference/commands', `${topic}.md`)

  it('has its place in the reference', () => {
    const text = readFileSync(join(ROOT, page), 'utf8')
    expect(text).toContain(`## \`vmess ${id.replaceAll(':', ' ')}`)
    expect(text).toContain(summary)
  })

  it('is reached from the README', () => {
    expect(readme).toContain(`](${page})`)
  })
})
