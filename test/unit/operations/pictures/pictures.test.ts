import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { asFault } from '../../../../src/faults/fault.js'
import { makeQrPicture } from '../../../../src/operations/pictures/qr-picture.js'
import { isPicture, readPicture } from '../../../../src/operations/pictures/read-picture.js'
import { makeFolder } from '../../../support/spawned-program.js'

const LINK = `vmess://${'YWJj'.repeat(60)}`
const OTHER = `vmess://${'ZGVm'.repeat(60)}`
const hasTools =
  spawnSync('qrencode', ['--version']).error === undefined &&
  spawnSync('convert', ['-version']).error === undefined

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error) => asFault(error).code,
  )
}

describe.skipIf(!hasTools)('pictures that others made', () => {
  const folder = makeFolder()

  function run(program: string, ...args: readonly string[]): void {
    const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  }

  /** A code of `qrencode`, and a picture made of it by ImageMagick. */
  function makePicture(name: string, ...args: readonly string[]): Uint8Array {
    run('qrencode', '-o', 'code.png', '-s', '6', '-m', '4', LINK)
    run('qrencode', '-o', 'other.png', '-s', '4', '-m', '4', OTHER)
    if (args.length > 0) run('convert', ...args, name)
    return readFileSync(join(folder, args.length > 0 ? name : 'code.png'))
  }

  const SCREEN = ['-size', '720x1560', 'gradient:#204060-#e0e0ff']
  const INTO = ['code.png', '-geometry', '+100+500', '-composite']

  it.each([
    ['the code alone', 'code.png', []],
    ['a screenshot', 'shot.png', [...SCREEN, ...INTO]],
    ['a screenshot as JPEG', 'shot.jpg', [...SCREEN, ...INTO, '-quality', '60']],
    ['a screenshot, light on dark', 'dark.png', [...SCREEN, ...INTO, '-negate']],
    ['a screenshot, interlaced', 'lace.png', [...SCREEN, ...INTO, '-interlace', 'PNG']],
    ['a progressive JPEG', 'lace.jpg', [...SCREEN, ...INTO, '-interlace', 'JPEG']],
    [
      'a picture that was turned and made smaller',
      'turned.jpg',
      ['code.png', '-rotate', '7', '-resize', '80%'],
    ],
    ['one with a palette', 'few.png', [...SCREEN, ...INTO, '-colors', '16']],
    ['one with transparency around the code', 'clear.png', ['code.png', '-transparent', 'white']],
  ])('%s', async (_what, name, args) => {
    expect(await readPicture(makePicture(name, ...args))).toEqual([LINK])
  })

  it('two codes in one', async () => {
    const both = [
      '-size',
      '1920x1080',
      'xc:#333',
      ...INTO.with(2, '+100+100'),
      'other.png',
      '-geometry',
      '+1200+400',
    ]
    const texts = await readPicture(makePicture('two.png', ...both, '-composite'))
    expect(texts.sort()).toEqual([LINK, OTHER].sort())
  })

  it('none', async () => {
    expect(await codeOf(readPicture(makePicture('none.png', '-size', '300x300', 'plasma:fractal')))).toBe(
      'PICTURE_NO_CODE',
    )
  })
})

describe('our own pictures', () => {
  it.each(['png', 'svg'] as const)('hold the size and margin that were asked for: %s', async (format) => {
    const { side, modules } = await makeQrPicture(LINK, { format, scale: 3, margin: 2, errorLevel: 'Q' })
    expect(side).toBe((modules + 4) * 3)
  })

  it('are read', async () => {
    const { content } = await makeQrPicture(LINK, { format: 'png' })
    expect(await readPicture(content as Uint8Array)).toEqual([LINK])
  })

  it('are not made of what no code holds', async () => {
    expect(await codeOf(makeQrPicture('x'.repeat(3_000), { format: 'png' }))).toBe('QR_TOO_LONG')
    expect(await codeOf(makeQrPicture('x'.repeat(1_300), { format: 'png', errorLevel: 'H' }))).toBe(
      'QR_TOO_LONG',
    )
  })
})

describe('what is refused', () => {
  it.each([
    ['a head of 60000 x 60000', pngHead(60_000, 60_000), 'PICTURE_SIZE'],
    ['a head of 5001 x 5000', pngHead(5_001, 5_000), 'PICTURE_SIZE'],
    ['a head of 4000 x 4000 in 16 bits', png(deepHeadData(4_000), Buffer.alloc(0)), 'PICTURE_SIZE'],
    ['a head of 0 x 5', pngHead(0, 5), 'PICTURE_SIZE'],
    ['a JPEG of 65500 x 65500', jpegHead(65_500, 65_500), 'PICTURE_SIZE'],
    ['a PNG that is cut short', new PNG({ width: 9, height: 9 }).data.subarray(0, 0), 'PICTURE_KIND'],
    ['a PNG of nothing but its head', pngHead(20, 20), 'PICTURE_DAMAGED'],
    ['a JPEG without a frame', Buffer.from('ffd8ffd9', 'hex'), 'PICTURE_DAMAGED'],
    ['a GIF', Buffer.from('GIF89a0000'), 'PICTURE_KIND'],
    ['text', Buffer.from('vmess://abc'), 'PICTURE_KIND'],
  ])('%s', async (_what, bytes, code) => {
    expect(await codeOf(readPicture(bytes))).toBe(code)
  })

  it.each([0, 1])('a small file that unpacks to 200 MB, interlace %s', async (interlace) => {
    const before = process.memoryUsage().rss
    const bomb = png(pngHeadData(100, 100, interlace), deflateSync(Buffer.alloc(200_000_000)))
    expect(bomb.length).toBeLessThan(300_000)
    expect(await codeOf(readPicture(bomb))).toMatch(/^PICTURE_/)
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000)
  })

  it('damage that makes the package stumble is called damage', async () => {
    const scan = 'ffda000c03010002110311003f00'
    const bytes = Buffer.concat([jpegHead(16, 16), Buffer.from(`${scan}${'00'.repeat(50)}ffd9`, 'hex')])
    await expect(readPicture(bytes)).rejects.toMatchObject({ code: 'PICTURE_DAMAGED' })
    await expect(readPicture(bytes)).rejects.not.toThrow(/undefined|null/)
  })

  it('tells pictures from text', () => {
    expect([pngHead(1, 1), jpegHead(1, 1), Buffer.from('GIF89a')].map(isPicture)).toEqual([true, true, true])
    expect(['vmess://', '', '{"BM":1}', 'proxies:'].map((text) => isPicture(Buffer.from(text)))).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})

function pngHeadData(width: number, height: number, interlace = 0): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([8, 6, 0, 0, interlace], 8)
  return data
}

/** 16 bits for each of four channels. */
function deepHeadData(side: number): Buffer {
  const data = pngHeadData(side, side)
  data[8] = 16
  return data
}

function png(head: Buffer, data: Buffer): Buffer {
  const parts = [Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', data)]
  return Buffer.concat([...parts, chunk('IEND', Buffer.alloc(0))])
}

function pngHead(width: number, height: number): Buffer {
  return png(pngHeadData(width, height), Buffer.alloc(0))
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const part = Buffer.alloc(body.length + 8)
  part.writeUInt32BE(data.length, 0)
  part.set(body, 4)
  part.writeUInt32BE(crc32(body), body.length + 4)
  return part
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function jpegHead(width: number, height: number): Buffer {
  const frame = Buffer.from('ffd8ffc0001108000000000301220002110103110100', 'hex')
  frame.writeUInt16BE(height, 7)
  frame.writeUInt16BE(width, 9)
  return frame
}
