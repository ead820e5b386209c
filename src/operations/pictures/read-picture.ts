/** QR codes in pictures: PNG and JPEG, anywhere in them, light on dark as well. */
import { inflateSync } from 'node:zlib'
import { Fault } from '../../faults/fault.js'

/** Three screens of 4K beside one another, or a photograph of a telephone. Each million takes some 15 MB. */
const MAX_PIXELS = 25_000_000
/** Unpacked, and of a PNG; one of 16 bits a colour has twice as many. */
const MAX_BYTES = MAX_PIXELS * 4
const MAX_SIDE = 30_000
/** Of all attempts to find codes; a picture with one takes a tenth of a second. */
const SEARCH_MS = 3_000
/** More than the scanner's own, which is meant for 60 pictures a second. */
const EFFORT = 10
const PNG_HEAD = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const JPEG_HEAD = Uint8Array.of(0xff, 0xd8, 0xff)
/** Of pictures that are named in the refusal. */
const OTHERS: readonly (readonly [string, RegExp])[] = [
  ['GIF', /^GIF8/],
  ['WebP', /^RIFF....WEBP/s],
  ['BMP', /^BM/],
  ['TIFF', /^(II\*\0|MM\0\*)/],
  ['HEIC', /^....ftyp(heic|heix|mif1|avif)/s],
]
const BYTES_PER_PIXEL = 8

interface Picture {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly data: Uint8Array
}

/** Whether bytes are a picture, of a kind that is read or another. */
export function isPicture(bytes: Uint8Array): boolean {
  return kindOf(bytes) !== undefined
}

/**
 * The texts of all codes in a picture, at least one. Throws `PICTURE_KIND`, `PICTURE_SIZE` before anything
 * large is unpacked, `PICTURE_DAMAGED` and `PICTURE_NO_CODE`.
 */
export async function readPicture(bytes: Uint8Array): Promise<string[]> {
  const picture = await unpack(bytes)
  const { decodeQRBatch } = await import('qr/decode.js')
  const [found = []] = await decodeQRBatch([onWhite(picture)], { effort: EFFORT, timeLimit: SEARCH_MS })
  const texts = found.filter((text) => typeof text === 'string')
  if (texts.length === 0) {
    throw new Fault('PICTURE_NO_CODE', { why: `${picture.width} x ${picture.height} pixels were searched` })
  }
  return [...new Set(texts)]
}

function kindOf(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, PNG_HEAD)) return 'PNG'
  if (startsWith(bytes, JPEG_HEAD)) return 'JPEG'
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return OTHERS.find(([, pattern]) => pattern.test(head))?.[0]
}

async function unpack(bytes: Uint8Array): Promise<Picture> {
  const kind = kindOf(bytes)
  try {
    if (kind === 'PNG') return await unpackPng(Buffer.from(bytes))
    if (kind === 'JPEG') return await unpackJpeg(bytes)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    // What is no plain Error is a stumble of the package over the damage, not a description of it.
    const isPlain = cause instanceof Error && cause.constructor === Error
    const why = isPlain ? cause.message : 'its data makes no sense'
    throw new Fault('PICTURE_DAMAGED', { why: `${kind}: ${why}`, cause })
  }
  throw new Fault('PICTURE_KIND', { why: kind === undefined ? 'it is no picture' : `it is ${kind}` })
}

async function unpackPng(bytes: Buffer): Promise<Picture> {
  // The head is at a fixed place: signature, length, IHDR, width, height, depth, colours, …, interlace.
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') throw new Error('it has no header')
  const width = bytes.readUInt32BE(16)
  const height = bytes.readUInt32BE(20)
  checkSize(width, height)
  checkDepth(width * height, bytes)
  const data = imageData(bytes)
  // zlib of Node 26 takes nothing for an empty picture.
  if (data.length === 0) throw new Error('it has no picture data')
  const interlaced = bytes[28] !== 0
  // The package unpacks these without a limit; a plain picture it holds to the size of its head.
  if (interlaced) inflateSync(data, { maxOutputLength: (width + 8) * (height + 8) * BYTES_PER_PIXEL })
  const { default: pngjs } = await import('pngjs')
  return pngjs.PNG.sync.read(bytes)
}

/** The compressed part of a PNG: its IDAT chunks, one behind the other. */
function imageData(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = PNG_HEAD.length; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return Buffer.concat(parts)
}

async function unpackJpeg(bytes: Uint8Array): Promise<Picture> {
  const { width, height } = sizeOfJpeg(bytes)
  checkSize(width, height)
  const { default: jpeg } = await import('jpeg-js')
  return jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    maxResolutionInMP: MAX_PIXELS / 1_000_000,
    maxMemoryUsageInMB: 1_024,
  })
}

/** From the frame header, which comes before any picture data. */
function sizeOfJpeg(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  throw new Error('it has no frame header')
}

function checkSize(width: number, height: number): void {
  const fits = width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS
  if (fits && width > 0 && height > 0) return
  throw new Fault('PICTURE_SIZE', {
    why: `${width} x ${height} pixels; at most ${MAX_PIXELS / 1_000_000} million`,
  })
}

/** Of the head of a PNG: 3, 1, 4 or 2 channels, at most. */
function checkDepth(pixels: number, head: Buffer): void {
  const [depth = 8, colours = 6] = head.subarray(24, 26)
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2 }[colours] ?? 4
  if (pixels * channels * Math.ceil(depth / 8) <= MAX_BYTES) return
  throw new Fault('PICTURE_SIZE', {
    why: `${depth} bits a colour make more than ${MAX_BYTES / 1_000_000} million bytes`,
  })
}

/** The scanner ignores transparency: a code drawn on nothing would be black on black. */
function onWhite(picture: Picture): Picture {
  const { data } = picture
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number
    if (alpha === 255) continue
    for (let channel = at; channel < at + 3; channel++) {
      data[channel] = Math.round(((data[channel] as number) * alpha) / 255 + 255 - alpha)
    }
  }
  return picture
}

function startsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  return head.every((byte, i) => bytes[i] === byte)
}
