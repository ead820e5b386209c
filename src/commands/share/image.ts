import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { writeBinary } from '../../cli/binary-output.js'
import { conflict, missingInput } from '../../cli/flags.js'
import { ERROR_LEVELS } from '../../cli/qr.js'
import { sourceArg, sourceFlags, sourceOf } from '../../cli/share-flags.js'
import { visible } from '../../cli/render/visible.js'
import { STYLE_OF, STYLES } from '../../operations/share-styles.js'

export default class ShareImage extends BaseCommand {
  static override summary = 'Write the link of a profile as a QR code, PNG or SVG'
  static override description =
    'The name of the file decides which: .svg, else PNG. The picture is read back before it is written. It ' +
    'holds the secret of a user, so only its owner can read the file.'

  static override examples = [
    '<%= config.bin %> share image home -o home.png',
    '<%= config.bin %> share image home -o home.svg --error-level M',
    '<%= config.bin %> share image server.json --address vpn.example.com --user alice -o alice.png --scale 4',
  ]

  static override args = sourceArg

  static override flags = {
    output: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'where to; - is standard output, as PNG' }),
    scale: Flags.integer({ min: 1, max: 64, default: 8, summary: 'pixels per module' }),
    'error-level': Flags.option({
      options: ERROR_LEVELS,
      default: 'L',
      summary: 'how much may be damaged: 7, 15, 25 or 30 percent; more makes the code larger',
    })(),
    margin: Flags.integer({ min: 0, max: 20, default: 4, summary: 'white modules on every side' }),
    force: Flags.boolean({ summary: 'replace a file that is there' }),
    style: Flags.option({ options: STYLES, default: 'base64', summary: 'the form of the link' })(),
    name: Flags.string({ helpValue: 'TEXT', summary: 'the name in the link' }),
    ...sourceFlags,
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ShareImage)
    // Neither a screen nor a JSON document has room for a picture.
    const nowhere = process.stdout.isTTY || this.jsonEnabled()
    const { output = nowhere ? undefined : '-', scale, margin, style, name, force } = flags
    if (output === undefined) throw missingInput('-o FILE')
    if (output === '-' && this.jsonEnabled()) throw conflict('-o - and --json')
    const { onlyProfile, readShareSource } = await import('../../operations/share-source.js')
    const { makeShareLink } = await import('../../operations/share.js')
    const { makeQrPicture } = await import('../../operations/pictures/qr-picture.js')
    const source = await readShareSource(sourceOf(args.source, flags, this.config.configDir))
    for (const note of source.notes) this.note(note)
    const { link } = makeShareLink(onlyProfile(source), { style: STYLE_OF[style], name, short: true })
    const format = /\.svg$/i.test(output) ? 'svg' : 'png'
    const errorLevel = flags['error-level']
    const { content, side } = await makeQrPicture(link, { format, scale, margin, errorLevel })
    if (output === '-') await writeBinary(content)
    else {
      const { writeOutputFile } = await import('../../operations/output-file.js')
      await writeOutputFile(output, content, { mode: 0o600, force })
      this.log(`${visible(output)}: ${format.toUpperCase()}, ${side} x ${side} pixels`)
    }
    return { file: output, format, side, link }
  }
}
