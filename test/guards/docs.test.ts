/** What the pages point at exists: files, headings, scripts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../src/config/v2ray-json.js'
import { ROOT } from './examples.js'

const scripts = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
    .scripts,
)

const pages = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
]

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8')

  test('links to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !linkExists(page, link))).toEqual([])
  })

  test('names scripts that exist', () => {
    const named = [...text.matchAll(/npm run (?:-s |--silent )?([a-z0-9:]+)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })

  test('names source files that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|scripts|docs|bench|bin)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    )
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

test('CONTRIBUTING says what every script does', () => {
  const table = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `npm'))
  const told = table.join('\n').matchAll(/`npm (?:run )?([a-z0-9:]+)/g)
  expect([...told].map(([, name]) => name).toSorted()).toEqual(scripts.toSorted())
})

test('the configurations in the reference are valid', () => {
  const page = readFileSync(join(ROOT, 'docs/reference/config.md'), 'utf8')
  const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => block)
  expect(blocks.length).toBeGreaterThan(0)
  for (const block of blocks) expect(checkConfig(block)).toMatchObject({ ok: true, issues: [] })
})

test('a broken link would be noticed', () => {
  expect(linkExists('docs/README.md', 'nowhere.md')).toBe(false)
  expect(linkExists('docs/architecture.md', '#no-such-heading')).toBe(false)
  expect(linkExists('docs/architecture.md', '#layers')).toBe(true)
})

function linkExists(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#', 2)
  const target = path === '' ? join(ROOT, page) : resolve(join(ROOT, dirname(page)), path)
  if (!existsSync(target) || relative(ROOT, target).startsWith('..')) return false
  return anchor === undefined || headings(readFileSync(target, 'utf8')).includes(anchor)
}

/** The anchors that a page's headings have. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}
