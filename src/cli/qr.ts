/** QR codes for the terminal, around what qrcode-terminal gets wrong. */
import { asFault, Fault } from '../faults/fault.js'

/** How much of a code may be damaged: 7, 15, 25 and 30 percent. */
export const ERROR_LEVELS = ['L', 'M', 'Q', 'H'] as const
export type ErrorLevel = (typeof ERROR_LEVELS)[number]

export interface QrLook {
  /** L unless given: a link has to stay small. */
  readonly errorLevel?: ErrorLevel | undefined
  /** White modules on every side; the standard wants 4, which it is unless given. */
  readonly margin?: number | undefined
  /** Two modules in one character, one above the other; else two characters per module. Small unless given. */
  readonly small?: boolean | undefined
  /** Dark and light change places. */
  readonly invert?: boolean | undefined
}

export interface QrDrawing {
  /** Quiet zone included. */
  readonly lines: readonly string[]
  readonly columns: number
  readonly rows: number
}

/** What version 40 holds at each error level, in bytes. */
const MAX_BYTES: Readonly<Record<ErrorLevel, number>> = { L: 2953, M: 2331, Q: 1663, H: 1273 }
/** The numbers that the package has for the levels; its `setErrorLevel` takes that of M for unset. */
const LEVEL_NUMBERS: Readonly<Record<ErrorLevel, number>> = { L: 1, M: 0, Q: 3, H: 2 }
/** By the numbers of the standard. The first, a chequer, seldom looks like stripes, which some readers take for barcodes. */
const MASKS = [0, 1, 2, 3, 4, 5, 6, 7] as const
/** Per module. Even noise has 0.63: three in eight for blocks, a quarter for runs. */
const FAIR_PENALTY = 0.9
const QUIET = 4
/** By which halves of a character are lit: none, the upper, the lower, both. */
const HALVES = [' ', '▀', '▄', '█'] as const
const BLACK_BACKGROUND_WHITE_BLOCKS = '\x1b[40;97m'
const RESET = '\x1b[0m'

/** Rows of modules from the top; true is lit, so a white one. */
type Modules = readonly (readonly boolean[])[]

/** A code of the package in the making. */
export interface QrCode {
  readonly modules: Modules
  /** Fills `modules`; `test` leaves out what says which mask it is. */
  makeImpl(test: boolean, mask: number): void
}

/** The code of a text that {@link refuseQr} lets pass. */
export async function drawQr(text: string, look: QrLook = {}): Promise<QrDrawing> {
  const { errorLevel = 'L', margin = QUIET, small = true, invert = false } = look
  const modules = frame(await encode(text, errorLevel), margin)
  const shown = invert ? modules.map((row) => row.map((lit) => !lit)) : modules
  const lines = small
    ? drawSmall(shown, invert)
    : shown.map((row) => row.map((lit) => (lit ? '██' : '  ')).join(''))
  return { lines, columns: lines[0]?.length ?? 0, rows: lines.length }
}

/** Throws `QR_TOO_LONG` for a text that no code of the level can hold. */
export function refuseQr(text: string, errorLevel: ErrorLevel = 'L'): void {
  const bytes = Buffer.byteLength(text)
  const most = MAX_BYTES[errorLevel]
  if (bytes > most) {
    throw new Fault('QR_TOO_LONG', {
      why: `it has ${bytes} bytes, and a code at level ${errorLevel} holds ${most}`,
    })
  }
}

async function encode(text: string, level: ErrorLevel): Promise<Modules> {
  const { default: qrcode } = await import('qrcode-terminal')
  const { default: Code } = await import('qrcode-terminal/vendor/QRCode/index.js')
  Code.prototype.getBestMaskPattern = chooseMask
  // The package cuts characters to 8 bits, so it gets UTF-8 spelt as one character per byte.
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  let drawing = ''
  qrcode.error = LEVEL_NUMBERS[level]
  qrcode.generate(bytes, { small: true }, (drawn) => {
    drawing = drawn
  })
  return readDrawing(drawing)
}

/**
 * The first mask that makes the code nearly as easy to read as noise is, else the best of all. Trying all
 * of them, as the package does, costs more than the rest of a start.
 */
function chooseMask(this: QrCode): number {
  const penalties: number[] = []
  for (const mask of MASKS) {
    this.makeImpl(true, mask)
    const penalty = penaltyOf(this.modules)
    if (penalty <= this.modules.length ** 2 * FAIR_PENALTY) return mask
    penalties.push(penalty)
  }
  return penalties.indexOf(Math.min(...penalties))
}

/** How hard a pattern is to read: runs, blocks and an unequal share of dark, as the standard weighs them. */
function penaltyOf(modules: Modules): number {
  const size = modules.length
  let penalty = 0
  let dark = 0
  for (let y = 0; y < size; y++) {
    let across = 1
    let down = 1
    for (let x = 0; x < size; x++) {
      const here = at(modules, x, y)
      if (here) dark++
      across = x > 0 && here === at(modules, x - 1, y) ? across + 1 : 1
      down = x > 0 && at(modules, y, x) === at(modules, y, x - 1) ? down + 1 : 1
      penalty += penaltyOfRun(across) + penaltyOfRun(down)
      if (x > 0 && y > 0 && isBlock(modules, x, y)) penalty += 3
    }
  }
  return penalty + 10 * Math.floor(Math.abs((100 * dark) / size ** 2 - 50) / 5)
}

function penaltyOfRun(length: number): number {
  return length === 5 ? 3 : length > 5 ? 1 : 0
}

function isBlock(modules: Modules, x: number, y: number): boolean {
  const here = at(modules, x, y)
  return (
    here === at(modules, x - 1, y) && here === at(modules, x, y - 1) && here === at(modules, x - 1, y - 1)
  )
}

function at(modules: Modules, x: number, y: number): boolean {
  return modules[y]?.[x] ?? false
}

/** The modules within a small drawing of the package, without its border of one. */
function readDrawing(drawing: string): Modules {
  const [, ...rows] = drawing.split('\n').filter((row) => row !== '')
  const size = (rows[0]?.length ?? 0) - 2
  const modules = rows.flatMap((row) => {
    const halves = [...row.slice(1, -1)].map((character) =>
      HALVES.indexOf(character as (typeof HALVES)[number]),
    )
    return [halves.map((half) => half % 2 === 1), halves.map((half) => half >= 2)]
  })
  return modules.slice(0, size)
}

function frame(modules: Modules, margin: number): Modules {
  const side = new Array<boolean>(margin).fill(true)
  const widened = modules.map((row) => [...side, ...row, ...side])
  const blank = new Array<boolean>(widened[0]?.length ?? 0).fill(true)
  const rows = new Array<readonly boolean[]>(margin).fill(blank)
  return [...rows, ...widened, ...rows]
}

/** A last row without a partner below gets a white one, so that the margin is at least what was wanted. */
function drawSmall(modules: Modules, invert: boolean): string[] {
  const lines: string[] = []
  for (let y = 0; y < modules.length; y += 2) {
    const below = modules[y + 1]
    const line = (modules[y] ?? []).map(
      (upper, x) => HALVES[(upper ? 1 : 0) + ((below?.[x] ?? !invert) ? 2 : 0)],
    )
    lines.push(line.join(''))
  }
  return lines
}

/** A text as a QR code for a place, or advice where it is too long for any. */
export async function qrFor(text: string, place: QrPlace): Promise<string> {
  try {
    refuseQr(text)
  } catch (error) {
    return asFault(error).message
  }
  return renderQr(await drawQr(text, place), place)
}

export interface QrPlace {
  /** Absent for a pipe or a file: bare blocks, whatever their size. */
  readonly terminal?: { readonly columns: number; readonly rows: number }
  /** Colours of its own make it readable on light terminals too. */
  readonly coloured: boolean
  /** Bare blocks are drawn in the colour of the text: on a light background they have to be the dark ones. */
  readonly invert?: boolean
}

/**
 * What a drawing needs and what there is, for a terminal where not all of it can be seen. Throws
 * `QR_TERMINAL` where not even its lines fit: wrapped ones could not be read.
 */
export function fitQr({ columns, rows }: QrDrawing, { terminal }: QrPlace): string | undefined {
  if (terminal === undefined) return undefined
  const why = `it needs ${columns} columns and ${rows} rows; there are ${terminal.columns} and ${terminal.rows}`
  if (terminal.columns < columns) throw new Fault('QR_TERMINAL', { why })
  if (terminal.rows >= rows) return undefined
  return `the terminal does not show the whole QR code: ${why}; enlarge it, or use vmess share image`
}

/** The drawing as text; where it does not fit the terminal, advice instead of it or below it. */
export function renderQr(drawing: QrDrawing, place: QrPlace): string {
  try {
    const advice = fitQr(drawing, place)
    return [paintQr(drawing, place), ...(advice === undefined ? [] : [advice])].join('\n')
  } catch (error) {
    const { message, hint } = asFault(error)
    return `${message}: ${hint}`
  }
}

/** The drawing alone, in colours of its own where the place has any. */
export function paintQr({ lines }: QrDrawing, { coloured }: QrPlace): string {
  return lines.map((line) => (coloured ? `${BLACK_BACKGROUND_WHITE_BLOCKS}${line}${RESET}` : line)).join('\n')
}

/** Standard output as a place for a QR code. */
export function placeOnStdout(): QrPlace {
  const { isTTY, columns, rows } = process.stdout
  const { FORCE_COLOR } = process.env
  const coloured = FORCE_COLOR === undefined ? Boolean(isTTY) : FORCE_COLOR !== '0'
  return {
    coloured,
    ...(isTTY && { terminal: { columns, rows } }),
    ...(!coloured && hasLightBackground() && { invert: true }),
  }
}

/** Some terminals tell their colours as `foreground;background`, by number; 7 and 15 are the white ones. */
function hasLightBackground(): boolean {
  return /;(7|15)$/.test(process.env.COLORFGBG ?? '')
}
