/** Reading a QR code off a terminal: half blocks → picture → zbarimg, a reader that is not ours. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './spawned-program.js'

const MODULE_PIXELS = 4
/** Upper and lower half of a character: lit or not. */
const HALVES: Readonly<Record<string, readonly [boolean, boolean]>> = {
  '█': [true, true],
  '▀': [true, false],
  '▄': [false, true],
  ' ': [false, false],
}
const CODE_LINE = /^[█▀▄ ]*█[█▀▄ ]*$/

export const hasZbar = spawnSync('zbarimg', ['--version']).error === undefined

/** The text of the code within what a program printed, as zbarimg reads it; lit halves are white. */
export function readTerminalQr(output: string): string {
  const rows = output.split('\n').filter((line) => CODE_LINE.test(line) && line.length > 20)
  const lines = rows.flatMap((row) => [0, 1].map((half) => [...row].map((char) => isLit(char, half))))
  const file = join(makeFolder(), 'code.pgm')
  writeFileSync(file, drawPicture(lines))
  const { stdout, stderr } = spawnSync('zbarimg', ['--quiet', '--raw', file], { encoding: 'utf8' })
  if (stdout === '') throw new Error(`no code found: ${stderr}`)
  return stdout.trimEnd()
}

function isLit(char: string, half: number): boolean {
  return HALVES[char]?.[half] ?? false
}

/** A grey picture (PGM), each module some pixels wide. */
function drawPicture(modules: readonly (readonly boolean[])[]): Uint8Array {
  const width = (modules[0]?.length ?? 0) * MODULE_PIXELS
  const height = modules.length * MODULE_PIXELS
  const pixels = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const lit = modules[Math.floor(y / MODULE_PIXELS)]?.[Math.floor(x / MODULE_PIXELS)]
      pixels[y * width + x] = lit ? 255 : 0
    }
  }
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels])
}
