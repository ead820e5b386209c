import { Flags } from '@oclif/core'
import { hostFlag } from '../cli/flags.js'
import { LongRunningCommand } from '../cli/long-running-command.js'
import { paintFor } from '../cli/paint.js'
import { placeOnStdout, qrFor } from '../cli/qr.js'
import { quickstartJson, renderQuickstart } from '../cli/render/quickstart.js'
import type { Quickstart as RunningTunnel } from '../operations/quickstart.js'

export default class Quickstart extends LongRunningCommand {
  static override summary = 'Have a working tunnel in one command'
  static override description =
    'Makes an id, starts a server and a client on free ports of this machine, and fetches a page that the ' +
    'program itself serves through both. Needs no internet. Stays up until Ctrl-C.'

  static override examples = [
    '<%= config.bin %> quickstart',
    '<%= config.bin %> quickstart --once',
    '<%= config.bin %> quickstart --public 192.168.1.5',
  ]

  static override flags = {
    once: Flags.boolean({ summary: 'stop after the check' }),
    public: hostFlag({ summary: 'listen on all interfaces, and put this address into the link' }),
  }

  async run(): Promise<undefined> {
    const { flags } = await this.parse(Quickstart)
    const { startQuickstart } = await import('../operations/quickstart.js')
    const logger = await this.openLog(flags)
    const { public: publicAddress } = flags
    const tunnel = await startQuickstart({ logger, ...(publicAddress && { publicAddress }) })
    const announce = (): Promise<void> => this.#show(tunnel, !flags.once)
    if (!flags.once) {
      await this.stay(tunnel, { graceMs: flags.grace, announce })
      return
    }
    await announce()
    await tunnel.stop({ graceMs: 0 })
  }

  async #show(tunnel: RunningTunnel, stays: boolean): Promise<void> {
    const qr = this.jsonEnabled() ? '' : await qrFor(tunnel.link, placeOnStdout())
    const text = renderQuickstart(tunnel, { paint: await paintFor('stdout'), qr, stays })
    this.announce('ready', quickstartJson(tunnel), text)
  }
}
