import type { Client } from '../../operations/connect.js'
import type { Paint } from '../paint.js'
import type { RemoteServerFacts } from '../../operations/config-facts.js'
import { listenersJson, renderEndpoint, renderListeners } from './listeners.js'
import { visible } from './visible.js'

type Facts = Pick<Client, 'listeners' | 'servers' | 'proxyUrl' | 'socksUrl' | 'httpUrl'>

const EXAMPLE = 'https://example.com'

/** What a client says once it is ready: where its proxies are, and how programs use them. */
export function renderClient({ listeners, servers, proxyUrl }: Facts, paint: Paint): string {
  const lines = [renderListeners(listeners, paint), ...servers.map(renderRemote)]
  if (proxyUrl !== undefined) {
    lines.push('', `  curl -x ${proxyUrl} ${EXAMPLE}`, `  export ALL_PROXY=${proxyUrl}`)
  }
  return lines.join('\n')
}

function renderRemote({ address, port, network, secure }: RemoteServerFacts): string {
  const place = renderEndpoint({ address: visible(address), port })
  return `through ${place}  vmess over ${network}, ${secure ? 'TLS' : 'no TLS'}`
}

/** The same for programs. */
export function clientJson({ listeners, servers, proxyUrl, socksUrl, httpUrl }: Facts): object {
  const remote = servers.map(({ address, port, network, secure }) => ({
    address,
    port,
    transport: network,
    tls: secure,
  }))
  return { listeners: listenersJson(listeners), servers: remote, proxyUrl, socksUrl, httpUrl }
}
