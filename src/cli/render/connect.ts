import type { Client } from '../../operations/connect.js'
import type { Paint } from '../paint.js'
import { listenersJson, renderListeners } from './listeners.js'

type Facts = Pick<Client, 'listeners' | 'proxyUrl' | 'socksUrl' | 'httpUrl'>

const EXAMPLE = 'https://example.com'

/** What a client says once it is ready: where its proxies are, and how programs use them. */
export function renderClient({ listeners, proxyUrl }: Facts, paint: Paint): string {
  const lines = [renderListeners(listeners, paint)]
  if (proxyUrl !== undefined) {
    lines.push('', `  curl -x ${proxyUrl} ${EXAMPLE}`, `  export ALL_PROXY=${proxyUrl}`)
  }
  return lines.join('\n')
}

/** The same for programs. */
export function clientJson({ listeners, proxyUrl, socksUrl, httpUrl }: Facts): object {
  return { listeners: listenersJson(listeners), proxyUrl, socksUrl, httpUrl }
}
