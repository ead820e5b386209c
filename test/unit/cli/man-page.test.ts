import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const page = readFileSync(`${ROOT}man/vmess.1`, 'utf8')
const { commands } = JSON.parse(readFileSync(`${ROOT}oclif.manifest.json`, 'utf8'))
const hasGroff = spawnSync('groff', ['--version']).error === undefined

describe('the manual page', () => {
  it('has every command of the manifest', () => {
    for (const { id, hidden } of Object.values<{ id: string; hidden?: boolean }>(commands)) {
      const heading = `.SS vmess ${id.replaceAll(':', ' ').replaceAll('-', '\\-')}`
      if (!hidden) expect(page).toContain(heading)
    }
  })

  it('is part of the package', () => {
    const { man, files } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
    expect({ man, shipped: files.includes('man') }).toEqual({ man: './man/vmess.1', shipped: true })
  })

  it.skipIf(!hasGroff)('is roff without warnings (skipped where groff is missing)', () => {
    const { status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', `${ROOT}man/vmess.1`], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
