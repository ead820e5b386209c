/** Reading QR codes as others do: what a program drew → picture → zbarimg, a reader that is not ours. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './spawned-program.js'

const MODULE_PIXELS = 4
/** Upper and lower half of a character: drawn in the colour of the text, or that of the background. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  '█': [true, true],
  '▀': [true, false],
  '▄': [false, true],
  ' ': [false, false],
}
const COLOURS = String.raw`\u001b\[([\d;]*)m`
const SGR = new RegExp(COLOURS, 'y')
const CODE_LINE = new RegExp(`^(${COLOURS})?[█▀▄ ]*(${COLOURS})?$`)
/** Grey of the colours that the program uses, by SGR number. */
const TEXT_COLOURS: Readonly<Record<string, number>> = { 97: 255, 37: 200, 30: 0 }
const BACKGROUNDS: Readonly<Record<string, number>> = { 40: 0, 47: 200, 107: 255 }

/** Grey of text and background where a program names no colours. */
export interface Theme {
  readonly text: number
  readonly background: number
}

export const DARK: Theme = { text: 230, background: 20 }
export const LIGHT: Theme = { text: 40, background: 250 }

export const hasZbar = spawnSync('zbarimg', ['--version']).error === undefined

/** The text of the code within what a program printed on a terminal of these colours. */
export function readTerminalQr(output: string, theme: Theme = DARK): string {
  const file = join(makeFolder(), 'code.pgm')
  writeFileSync(file, pictureOf(output, theme))
  return readPictures([file])[0] as string
}

/** What zbarimg reads off each picture, in their order; an error where it finds none. */
export function readPictures(files: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync('zbarimg', ['--quiet', '--raw', '--nodbus', ...files], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const texts = stdout.trimEnd().split('\n')
  if (stdout === '' || texts.length !== files.length)
    throw new Error(`${texts.length} codes in ${files.length} pictures: ${stderr}`)
  return texts
}

export const hasSvg = spawnSync('rsvg-convert', ['--version']).error === undefined

/** Vector pictures as PNG files beside them. */
export function rasterise(files: readonly string[]): string[] {
  return files.map((file) => {
    const { stderr, status } = spawnSync('rsvg-convert', [file, '-o', `${file}.png`], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`no picture of ${file}: ${stderr}`)
    return `${file}.png`
  })
}

/** What a terminal shows of the lines of a code, as a grey picture (PGM). */
export function pictureOf(output: string, theme: Theme): Uint8Array {
  const rows = output.split('\n').filter((line) => CODE_LINE.test(line) && line.length > 20)
  return drawPicture(rows.flatMap((row) => drawRow(row, theme)))
}

/** The upper and the lower halves of a row of cells, as greys. */
function drawRow(row: string, theme: Theme): number[][] {
  let { text, background } = theme
  const halves: number[][] = [[], []]
  for (let at = 0; at < row.length; ) {
    SGR.lastIndex = at
    const sgr = SGR.exec(row)
    if (sgr === null) {
      const lit = HALVES[row[at] as string]
      if (lit === undefined) throw new Error(`no part of a code: ${row[at]}`)
      lit.forEach((isText, half) => {
        halves[half]?.push(isText ? text : background)
      })
      at++
      continue
    }
    at = SGR.lastIndex
    for (const number of (sgr[1] || '0').split(';')) {
      if (number === '0') ({ text, background } = theme)
      text = TEXT_COLOURS[number] ?? text
      background = BACKGROUNDS[number] ?? background
    }
  }
  return halves
}

/** Each module some pixels wide. */
function drawPicture(modules: readonly (readonly number[])[]): Uint8Array {
  const width = (modules[0]?.length ?? 0) * MODULE_PIXELS
  const height = modules.length * MODULE_PIXELS
  const pixels = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[y * width + x] = modules[Math.floor(y / MODULE_PIXELS)]?.[Math.floor(x / MODULE_PIXELS)] ?? 0
    }
  }
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels])
}
