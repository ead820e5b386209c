/** QR codes as files: PNG and SVG, read back before anybody gets them. */
import { Fault } from '../../faults/fault.js'

export const QR_LEVELS = { L: 'low', M: 'medium', Q: 'quartile', H: 'high' } as const

export type PictureFormat = 'png' | 'svg'

export interface QrPictureOptions {
  readonly format: PictureFormat
  /** Pixels per module; 8 unless given. */
  readonly scale?: number | undefined
  /** White modules on every side; 4, as the standard wants it, unless given. */
  readonly margin?: number | undefined
  /** L unless given. */
  readonly errorLevel?: keyof typeof QR_LEVELS | undefined
}

export interface QrPicture {
  /** The file: text for SVG. */
  readonly content: Uint8Array | string
  /** Pixels of each side. */
  readonly side: number
  /** Of the code alone. */
  readonly modules: number
}

interface Raster {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const RECTANGLE = /M(\d+) (\d+)h(\d+)v1h-\d+z/g

/** Throws `QR_TOO_LONG`, and `INTERNAL_INVARIANT` if the picture does not read as the text. */
export async function makeQrPicture(text: string, options: QrPictureOptions): Promise<QrPicture> {
  const { format, scale = 8, margin = 4, errorLevel = 'L' } = options
  const modules = await encode(text, errorLevel)
  const side = modules.length + 2 * margin
  const content =
    format === 'png' ? await drawPng(modules, { scale, margin }) : drawSvg(modules, { scale, margin })
  await readBack(text, typeof content === 'string' ? rasterOfSvg(content, side) : await rasterOfPng(content))
  return { content, side: side * scale, modules: modules.length }
}

async function encode(text: string, errorLevel: keyof typeof QR_LEVELS): Promise<boolean[][]> {
  const { encodeQR } = await import('qr')
  try {
    // The package draws a border of one at least.
    const rows = encodeQR(text, 'raw', { ecc: QR_LEVELS[errorLevel], border: 1 })
    return rows.slice(1, -1).map((row) => row.slice(1, -1))
  } catch (cause) {
    if (!(cause instanceof Error && /capacity/i.test(cause.message))) throw cause
    const bytes = Buffer.byteLength(text)
    throw new Fault('QR_TOO_LONG', { why: `${bytes} bytes at error level ${errorLevel}`, cause })
  }
}

interface Measures {
  readonly scale: number
  readonly margin: number
}

async function drawPng(modules: readonly boolean[][], { scale, margin }: Measures): Promise<Uint8Array> {
  const { default: pngjs } = await import('pngjs')
  const side = (modules.length + 2 * margin) * scale
  const pixels = Buffer.alloc(side * side, 255)
  modules.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (!dark) return
      const left = (x + margin) * scale
      for (let line = 0; line < scale; line++) {
        const start = ((y + margin) * scale + line) * side + left
        pixels.fill(0, start, start + scale)
      }
    })
  })
  const picture = new pngjs.PNG({ width: side, height: side, colorType: 0, inputColorType: 0, bitDepth: 8 })
  picture.data = pixels
  return pngjs.PNG.sync.write(picture, { colorType: 0, inputColorType: 0, bitDepth: 8 })
}

/** One path; a rectangle for each run of dark modules. */
function drawSvg(modules: readonly boolean[][], { scale, margin }: Measures): string {
  const side = modules.length + 2 * margin
  const runs = modules.flatMap((row, y) =>
    runsOf(row).map(([x, width]) => `M${x + margin} ${y + margin}h${width}v1h-${width}z`),
  )
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side * scale}" height="${side * scale}" ` +
    `viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${side}v${side}h-${side}z"/><path d="${runs.join('')}"/></svg>\n`
  )
}

/** Where dark modules begin, and how many there are. */
function runsOf(row: readonly boolean[]): [x: number, width: number][] {
  const runs: [number, number][] = []
  row.forEach((dark, x) => {
    const last = runs.at(-1)
    if (!dark) return
    if (last !== undefined && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  })
  return runs
}

async function rasterOfPng(content: Uint8Array): Promise<Raster> {
  const { default: pngjs } = await import('pngjs')
  return pngjs.PNG.sync.read(Buffer.from(content))
}

/** What the rectangles of our own SVG cover, at four pixels per module. */
function rasterOfSvg(svg: string, side: number): Raster {
  const pixels = 4
  const width = side * pixels
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x, y, run] of svg.matchAll(RECTANGLE)) {
    for (let line = Number(y) * pixels; line < (Number(y) + 1) * pixels; line++) {
      for (let at = Number(x) * pixels; at < (Number(x) + Number(run)) * pixels; at++) {
        data.fill(0, (line * width + at) * 4, (line * width + at) * 4 + 3)
      }
    }
  }
  return { width, height: width, data }
}

async function readBack(text: string, raster: Raster): Promise<void> {
  const { decodeQR } = await import('qr/decode.js')
  if (decodeQR(raster) === text) return
  throw new Fault('INTERNAL_INVARIANT', { why: 'the picture of the code does not read as the link' })
}
