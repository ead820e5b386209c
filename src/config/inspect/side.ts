/** Whether a file is what it is meant to be: a server's or a client's. */
import { clientsOf, type FileView, usersOf } from './view.js'

export type Side = 'server' | 'client'

const FOR_APPLICATIONS: readonly string[] = ['socks', 'http', 'mixed', 'dokodemo-door', 'tunnel', 'tun']

export function inspectSide({ root, inbounds, outbounds }: FileView, side: Side): void {
  if (side === 'server') {
    if (inbounds.some((inbound) => clientsOf(inbound).length > 0)) return
    root.spot('inbounds').report('VM-G05', 'no vmess inbound with a user: this is no server')
    return
  }
  if (!outbounds.some((outbound) => usersOf(outbound).length > 0)) {
    root.spot('outbounds').report('VM-G06', 'no vmess outbound with a user: this is no client')
  }
  if (!inbounds.some(({ protocol }) => FOR_APPLICATIONS.includes(protocol))) {
    root.spot('inbounds').report('VM-G06', 'no inbound that applications could use, such as socks')
  }
}
