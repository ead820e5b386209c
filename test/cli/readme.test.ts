/** The reference has every command, and the README says nothing that does not run. Whether the text of the
 * reference is fresh is for `.ci/run`, which writes it again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { shifted, startNtpServer } from '../support/ntp-server.js'
import { makeFolder, runProgram } from '../support/spawned-program.js'

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

describe('what it does', async () => {
  const [, section = ''] = /## What it does\n(.*?)\n## /s.exec(readme) ?? []
  const lines = [...section.matchAll(/^vmess (.*)$/gm)].map(([, line = '']) => line.replace(/ {2,}#.*/, ''))
  const clock = await startNtpServer(shifted(0))
  afterAll(() => clock.stop())
  const surroundings = { cwd: makeFolder(), env: { VMESS_NTP_SERVER: `127.0.0.1:${clock.port}` } }

  it('has examples', () => expect(lines.length).toBeGreaterThan(10))

  it.each(lines)('vmess %s', async (line) => {
    const { exit, stderr } = await runProgram(line.split(' '), surroundings)
    expect({ exit, stderr }).toMatchObject({ exit: 0, stderr: expect.not.stringContaining('Error') })
  })
})
