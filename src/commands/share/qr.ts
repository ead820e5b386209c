import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { drawQr, ERROR_LEVELS, fitQr, paintQr, placeOnStdout, refuseQr } from '../../cli/qr.js'
import { sourceArg, sourceFlags, sourceOf } from '../../cli/share-flags.js'
import { STYLE_OF, STYLES } from '../../operations/share-styles.js'

export default class ShareQr extends BaseCommand {
  static override summary = 'Show the link of a profile as a QR code in the terminal'
  static override description =
    'On a terminal the code brings its own colours, so that it can be scanned on dark and on light ones. In a ' +
    'pipe, or without colours, it is bare blocks for a dark background; --invert makes them right for a light one.'

  static override examples = [
    '<%= config.bin %> share qr home',
    '<%= config.bin %> share qr home --error-level M --no-small',
    '<%= config.bin %> share qr server.json --address vpn.example.com --user alice',
  ]

  static override args = sourceArg

  static override flags = {
    'error-level': Flags.option({
      options: ERROR_LEVELS,
      default: 'L',
      summary: 'how much may be damaged: 7, 15, 25 or 30 percent; more makes the code larger',
    })(),
    invert: Flags.boolean({ summary: 'dark and light change places' }),
    small: Flags.boolean({
      default: true,
      allowNo: true,
      summary: 'two rows of the code in one of text; --no-small for fonts without block characters',
    }),
    margin: Flags.integer({ min: 0, max: 20, default: 4, summary: 'white modules on every side' }),
    style: Flags.option({ options: STYLES, default: 'base64', summary: 'the form of the link' })(),
    name: Flags.string({ helpValue: 'TEXT', summary: 'the name in the link' }),
    ...sourceFlags,
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ShareQr)
    const { onlyProfile, readShareSource } = await import('../../operations/share-source.js')
    const { makeShareLink } = await import('../../operations/share.js')
    const source = await readShareSource(sourceOf(args.source, flags, this.config.configDir))
    for (const note of source.notes) this.note(note)
    const { style, name, 'error-level': errorLevel, margin, small } = flags
    const { link } = makeShareLink(onlyProfile(source), { style: STYLE_OF[style], name, short: true })
    const place = placeOnStdout()
    refuseQr(link, errorLevel)
    const invert = flags.invert !== (place.invert ?? false)
    const drawing = await drawQr(link, { errorLevel, margin, small, invert })
    if (!this.jsonEnabled()) this.#show(drawing, place)
    return { link, lines: drawing.lines }
  }

  #show(...[drawing, place]: Parameters<typeof paintQr>): void {
    const advice = fitQr(drawing, place)
    this.log(paintQr(drawing, place))
    if (advice !== undefined) this.note(advice)
  }
}
