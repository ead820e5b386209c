import { describe, expect, it } from 'vitest'
import { drawQr, ERROR_LEVELS, fitQr, paintQr, qrFor, refuseQr, renderQr } from '../../../src/cli/qr.js'
import { faultOf } from '../../support/fault-of.js'
import { DARK, hasZbar, LIGHT, readTerminalQr } from '../../support/terminal-qr.js'

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

  it.each([
    ['dark', DARK],
    ['light', LIGHT],
  ])('in colours of its own on a %s terminal, in both sizes', async (_name, theme) => {
    for (const small of [true, false]) {
      const text = paintQr(await drawQr(LINK, { small }), { coloured: true })
      expect(readTerminalQr(text, theme)).toBe(LINK)
    }
  })

  it('without colours on a dark terminal, and inverted on a light one', async () => {
    expect(readTerminalQr(paintQr(await drawQr(LINK), { coloured: false }), DARK)).toBe(LINK)
    const inverted = await drawQr(LINK, { invert: true })
    expect(readTerminalQr(paintQr(inverted, { coloured: false }), LIGHT)).toBe(LINK)
  })

  it.each(ERROR_LEVELS)('at error level %s', async (errorLevel) => {
    expect(readTerminalQr(paintQr(await drawQr(LINK, { errorLevel }), { coloured: false }))).toBe(LINK)
  })
})

describe('a code', () => {
  it('has four white modules on every side', async () => {
    const { lines, columns, rows } = await drawQr(LINK)
    expect([lines.length, lines[0]?.length]).toEqual([rows, columns])
    for (const line of lines) expect(line).toMatch(/^█{4}.*█{4}$/)
    for (const line of [...lines.slice(0, 2), ...lines.slice(-2)]) expect(line).toBe('█'.repeat(columns))
  })

  it('has the margin that was asked for', async () => {
    const wide = await drawQr(LINK, { margin: 10 })
    const none = await drawQr(LINK, { margin: 0 })
    expect(wide.columns).toBe(none.columns + 20)
    expect(none.lines[0]).toMatch(/^ ▄▄▄▄▄ /)
  })

  it('grows with the error level', async () => {
    const sizes = await Promise.all(ERROR_LEVELS.map((errorLevel) => drawQr(LINK, { errorLevel })))
    const columns = sizes.map((drawing) => drawing.columns)
    expect(columns).toEqual([...new Set(columns)].sort((a, b) => a - b))
    expect(faultOf(() => refuseQr('x'.repeat(1274), 'H'))).toMatchObject({
      code: 'QR_TOO_LONG',
      why: 'it has 1274 bytes, and a code at level H holds 1273',
    })
    expect((await drawQr('x'.repeat(1273), { errorLevel: 'H' })).columns).toBe(177 + 8)
  })

  it('is of two characters per module when it is not to be small', async () => {
    const small = await drawQr(LINK)
    const large = await drawQr(LINK, { small: false })
    expect(large.columns).toBe(2 * small.columns)
    expect(large.rows).toBe(small.columns)
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
      'the link is too long for a QR code: it has 2954 bytes, and a code at level L holds 2953',
    )
  })

  it('gives way to advice on a terminal that is too narrow', async () => {
    const drawing = await drawQr(LINK)
    const text = renderQr(drawing, { terminal: { columns: 40, rows: 100 }, coloured: true })
    expect(text).toBe(
      `the QR code does not fit the terminal: it needs ${drawing.columns} columns and ${drawing.rows} rows; there ` +
        'are 40 and 100: widen the terminal, make its font smaller, or make a picture: vmess share image',
    )
    expect(faultOf(() => fitQr(drawing, { terminal: { columns: 40, rows: 100 }, coloured: true })).code).toBe(
      'QR_TERMINAL',
    )
  })

  it('comes with advice on a terminal that is too low', async () => {
    const drawing = await drawQr(LINK)
    const place = { terminal: { columns: 200, rows: 24 }, coloured: false }
    expect(renderQr(drawing, place)).toMatch(
      /█\nthe terminal does not show .* there are 200 and 24; enlarge it/,
    )
    expect(fitQr(drawing, { terminal: { columns: 200, rows: 100 }, coloured: true })).toBeUndefined()
  })
})
