import { describe, expect, it } from 'vitest'
import { drawQr, qrFor, renderQr } from '../../../src/cli/qr.js'
import { hasZbar, readTerminalQr } from '../../support/terminal-qr.js'

const LINK = `vmess://${'YWJj'.repeat(60)}`

describe.skipIf(!hasZbar)('a code that zbarimg reads', () => {
  it.each([
    ['a short text', 'vmess://x'],
    ['a link', LINK],
    ['the longest text', 'x'.repeat(2953)],
  ])('%s', async (_what, text) => {
    expect(readTerminalQr(renderQr(await drawQr(text), { coloured: false }))).toBe(text)
  })

  it('characters beyond ASCII', async () => {
    expect(readTerminalQr(renderQr(await drawQr('vmess 中文 é'), { coloured: false }))).toBe('vmess 中文 é')
  })
})

describe('a code', () => {
  it('has four white modules on every side', async () => {
    const { lines, columns, rows } = await drawQr(LINK)
    expect([lines.length, lines[0]?.length]).toEqual([rows, columns])
    for (const line of lines) expect(line).toMatch(/^█{4}.*█{4}$/)
    for (const line of [...lines.slice(0, 2), ...lines.slice(-2)]) expect(line).toBe('█'.repeat(columns))
  })

  it('brings its own colours to a terminal', async () => {
    const drawing = await drawQr(LINK)
    const terminal = { columns: 200, rows: 100 }
    for (const line of renderQr(drawing, { terminal, coloured: true }).split('\n')) {
      expect([line.slice(0, 8), line.slice(-4)]).toEqual(['\u001b[40;97m', '\u001b[0m'])
    }
  })

  it('gives way to advice where the text is too long for any', async () => {
    const place = { coloured: false }
    expect(await qrFor('x'.repeat(2953), place)).toMatch(/^█+\n/)
    expect(await qrFor('é'.repeat(1477), place)).toBe(
      'no QR code: the link has 2954 bytes, and a code holds 2953',
    )
  })

  it('gives way to advice on a terminal that is too narrow', async () => {
    const drawing = await drawQr(LINK)
    const text = renderQr(drawing, { terminal: { columns: 40, rows: 100 }, coloured: true })
    expect(text).toBe(
      `the QR code needs ${drawing.columns} columns and ${drawing.rows} rows; this terminal has 40 and 100: ` +
        'widen it, or make its font smaller, and run again',
    )
  })

  it('comes with advice on a terminal that is too low', async () => {
    const drawing = await drawQr(LINK)
    const text = renderQr(drawing, { terminal: { columns: 200, rows: 24 }, coloured: false })
    expect(text).toMatch(
      /█\nthe QR code needs .* this terminal has 200 and 24: enlarge it to see the whole code$/,
    )
  })
})
