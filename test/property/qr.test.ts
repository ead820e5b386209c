/** Codes of random profiles, read back by zbarimg. `QR_PROFILES=200` for the whole claim. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawQr, paintQr } from '../../src/cli/qr.js'
import { parseShareLink } from '../../src/dialects/share-link.js'
import { makeQrPicture } from '../../src/operations/pictures/qr-picture.js'
import { makeShareLink } from '../../src/operations/share.js'
import { randomProfiles } from '../support/random-profiles.js'
import { makeFolder } from '../support/spawned-program.js'
import { DARK, hasSvg, hasZbar, LIGHT, pictureOf, rasterise, readPictures } from '../support/terminal-qr.js'

const COUNT = Number(process.env.QR_PROFILES ?? 12)

const profiles = randomProfiles(COUNT)
const links = profiles.map((profile) => makeShareLink(profile, { style: 'v2rayn', short: true }).link)

type Drawing = (link: string) => Promise<Uint8Array | string>

async function onTerminal(link: string, theme: typeof DARK): Promise<Uint8Array> {
  return pictureOf(paintQr(await drawQr(link), { coloured: true }), theme)
}

const DRAWINGS: readonly (readonly [string, string, Drawing])[] = [
  ['a dark terminal', 'pgm', (link) => onTerminal(link, DARK)],
  ['a light terminal', 'pgm', (link) => onTerminal(link, LIGHT)],
  ['PNG', 'png', async (link) => (await makeQrPicture(link, { format: 'png', scale: 4 })).content],
  ['SVG', 'svg', async (link) => (await makeQrPicture(link, { format: 'svg', scale: 4 })).content],
]

describe.skipIf(!hasZbar || !hasSvg)(`the codes of ${COUNT} random profiles`, () => {
  it.each(DRAWINGS)('are read off %s', { timeout: 20_000 + COUNT * 500 }, async (_where, extension, draw) => {
    const folder = makeFolder()
    const files: string[] = []
    for (const [i, link] of links.entries()) {
      const file = join(folder, `${i}.${extension}`)
      writeFileSync(file, await draw(link))
      files.push(file)
    }
    expect(readPictures(extension === 'svg' ? rasterise(files) : files)).toEqual(links)
  })

  it('stand for the profiles, with what a short link leaves out', () => {
    for (const [i, link] of links.entries()) expect(parseShareLink(link)).toEqual(profiles[i])
  })
})
