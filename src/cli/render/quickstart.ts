import type { Quickstart } from '../../operations/quickstart.js'
import type { Paint } from '../paint.js'
import { renderEndpoint } from './listeners.js'
import { renderBytes, renderMs } from './units.js'

type Facts = Pick<Quickstart, 'id' | 'link' | 'server' | 'proxyUrl' | 'pageUrl' | 'check'>

export interface QuickstartView {
  readonly paint: Paint
  /** The link as a code, or advice where it does not fit. */
  readonly qr: string
  /** Whether the tunnel is still there when this is read. */
  readonly stays: boolean
}

/** The tunnel that runs, the proof, and how to use it. */
export function renderQuickstart(facts: Facts, { paint, qr, stays }: QuickstartView): string {
  const { id, link, server, proxyUrl, check } = facts
  const { bytes, durationMs, security } = check
  const label = (text: string): string => paint.bold(text.padEnd(8))
  return [
    `${paint.green('tunnel works')}: ${renderBytes(bytes)} in ${renderMs(durationMs)} through ${security}`,
    '',
    `${label('id')}${id}`,
    `${label('server')}${renderEndpoint(server)}  vmess over tcp, no TLS`,
    `${label('proxy')}${proxyUrl}  SOCKS and HTTP`,
    `${label('link')}${link}`,
    '',
    qr,
    '',
    ...(stays
      ? ['fetch the page through the tunnel yourself:', '', `  ${paint.cyan(curlLine(facts))}`]
      : ['stopped again; without --once it stays up']),
  ].join('\n')
}

/** The same for programs. */
export function quickstartJson(facts: Facts): object {
  const { id, link, server, proxyUrl, pageUrl, check } = facts
  return { id, link, server, proxyUrl, pageUrl, curl: curlLine(facts), check }
}

function curlLine({ proxyUrl, pageUrl }: Facts): string {
  return `curl -x ${proxyUrl} ${pageUrl}`
}
