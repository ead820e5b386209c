import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { warnIfOthersCanRead } from '../../cli/readable-output.js'
import { renderLinks } from '../../cli/render/share.js'
import { sourceArg, sourceFlags, sourceOf } from '../../cli/share-flags.js'
import { APP_NAMES, APPS, STYLE_OF, STYLES } from '../../operations/share-styles.js'

export default class ShareLink extends BaseCommand {
  static override summary = 'Print the vmess:// link of a profile'
  static override description =
    'Of a server file, the link of each user unless --user names one. A link holds the secret of a user: ' +
    'whoever has it can use the server.'

  static override examples = [
    '<%= config.bin %> share link home',
    '<%= config.bin %> share link home --for libxray',
    '<%= config.bin %> share link server.json --address vpn.example.com --user alice',
  ]

  static override args = sourceArg

  static override flags = {
    for: Flags.option({ options: APP_NAMES, summary: 'the app that shall read it; decides the style' })(),
    style: Flags.option({
      options: STYLES,
      summary:
        "base64: v2rayN's form, which most apps read; url: the newer standard, alterId 0 only; the others: forms of one app",
      exclusive: ['for'],
    })(),
    name: Flags.string({ helpValue: 'TEXT', summary: 'the name in the link' }),
    ...sourceFlags,
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ShareLink)
    const { readShareSource } = await import('../../operations/share-source.js')
    const { makeShareLink } = await import('../../operations/share.js')
    const { profiles, notes } = await readShareSource(sourceOf(args.source, flags, this.config.configDir))
    const style = STYLE_OF[flags.style ?? APPS[flags.for ?? 'v2rayn']]
    const links = profiles.map((profile) => makeShareLink(profile, { style, name: flags.name }))
    for (const note of [
      ...notes,
      ...links.flatMap(({ lost }) => lost.map((what) => `the link cannot carry ${what}`)),
    ]) {
      this.note(note)
    }
    warnIfOthersCanRead()
    this.log(renderLinks(links))
    return { links }
  }
}
