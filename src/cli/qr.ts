/** QR codes for the terminal, around what qrcode-terminal gets wrong. */

export interface QrDrawing {
  /** Half-block characters, quiet zone included; each line is one text row of two modules. */
  readonly lines: readonly string[]
  readonly columns: number
  readonly rows: number
}

/** What version 40 holds at error level L. */
const MAX_BYTES = 2953
/** White modules on every side, as the standard wants it; the package draws one. */
const QUIET = 4
const QUIET_ROWS = QUIET / 2
const WHITE = '█'
const BLACK_BACKGROUND_WHITE_BLOCKS = '\x1b[40;97m'
const RESET = '\x1b[0m'

/** The code of a text of at most 2953 bytes, at error level L: a link has to stay small. */
export async function drawQr(text: string): Promise<QrDrawing> {
  const { default: qrcode } = await import('qrcode-terminal')
  // The package cuts characters to 8 bits, so it gets UTF-8 spelt as one character per byte.
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  let drawing = ''
  qrcode.generate(bytes, { small: true }, (drawn) => {
    drawing = drawn
  })
  const [, ...rows] = drawing.split('\n').filter((row) => row !== '')
  const side = WHITE.repeat(QUIET - 1)
  const widened = rows.map((row) => `${side}${row}${side}`)
  const columns = widened[0]?.length ?? 0
  const quiet = new Array<string>(QUIET_ROWS).fill(WHITE.repeat(columns))
  const lines = [...quiet, ...widened, ...quiet]
  return { lines, columns, rows: lines.length }
}

/** A text as a QR code for a place, or advice where it is too long for any. */
export async function qrFor(text: string, place: QrPlace): Promise<string> {
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BYTES) return `no QR code: the link has ${bytes} bytes, and a code holds ${MAX_BYTES}`
  return renderQr(await drawQr(text), place)
}

export interface QrPlace {
  /** Absent for a pipe or a file: bare blocks, whatever their size. */
  readonly terminal?: { readonly columns: number; readonly rows: number }
  /** Colours of its own make it readable on light terminals too. */
  readonly coloured: boolean
}

/** The drawing as text; where it does not fit the terminal, advice instead of it or below it. */
export function renderQr({ lines, columns, rows }: QrDrawing, { terminal, coloured }: QrPlace): string {
  const shown = lines.map((line) => (coloured ? `${BLACK_BACKGROUND_WHITE_BLOCKS}${line}${RESET}` : line))
  if (terminal === undefined) return shown.join('\n')
  const needs = `the QR code needs ${columns} columns and ${rows} rows`
  const has = `this terminal has ${terminal.columns} and ${terminal.rows}`
  if (terminal.columns < columns) return `${needs}; ${has}: widen it, or make its font smaller, and run again`
  if (terminal.rows < rows) shown.push(`${needs}; ${has}: enlarge it to see the whole code`)
  return shown.join('\n')
}

/** Standard output as a place for a QR code. */
export function placeOnStdout(): QrPlace {
  const { isTTY, columns, rows } = process.stdout
  if (!isTTY) return { coloured: false }
  return { terminal: { columns, rows }, coloured: process.env.FORCE_COLOR !== '0' }
}
