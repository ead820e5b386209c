import type { ConfigFacts } from '../../operations/config-facts.js'
import type { Server } from '../../operations/serve.js'
import type { Paint } from '../paint.js'
import { listenersJson, renderListeners } from './listeners.js'
import { renderCount } from './units.js'
import { visible } from './visible.js'

type Facts = Pick<Server, 'listeners' | 'users' | 'links'>

export interface ServeView {
  readonly paint: Paint
  /** Whether the link may be shown: it is the secret of a user. */
  readonly withLink: boolean
  /** The code of the first link, drawn. */
  readonly qr?: string
}

/** What a server says once it is ready: where it listens, for how many, and how to reach it. */
export function renderServer({ listeners, users, links }: Facts, { paint, withLink, qr }: ServeView): string {
  const lines = [`${renderListeners(listeners, paint)}, ${renderCount(users, 'user')}`]
  if (!withLink) return lines.join('\n')
  for (const { email, link } of links)
    lines.push(`${paint.bold('link')}${email === '' ? '' : ` ${visible(email)}`}  ${link}`)
  if (qr !== undefined) lines.push('', qr)
  return lines.join('\n')
}

/** The same for programs. */
export function serverJson({ listeners, users, links }: Facts, withLink: boolean): object {
  return { listeners: listenersJson(listeners), users, ...(withLink ? { links } : {}) }
}

/** The answer of `serve --check`. */
export function renderConfigFacts({ inbounds, outbounds, users }: ConfigFacts): string {
  const parts = [
    renderCount(inbounds, 'inbound'),
    renderCount(outbounds, 'outbound'),
    renderCount(users, 'user'),
  ]
  return `configuration ok: ${parts.join(', ')}`
}
