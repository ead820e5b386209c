/** The command that makes a pair again without questions. */
import type { PairPlan } from '../dialects/pair-plan.js'
import type { ProfileTransport } from '../dialects/profile.js'
import type { PairFormat } from './pair-values.js'

export interface CommandLineOptions {
  readonly dir: string
  readonly format: PairFormat
}

/** For a POSIX shell, without the ids: they are secrets, and made afresh. */
export function pairCommandLine(plan: PairPlan, { dir, format }: CommandLineOptions): string {
  const { purpose, address, port, listen, users, security, alterId } = plan
  const words = [
    'vmess init --no-input',
    ...flag('for', purpose),
    ...flag('address', address),
    ...flag('port', port),
    ...flag(
      'listen',
      listen.host.includes(':') ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`,
    ),
    ...transportFlags(plan.transport),
    ...tlsFlags(plan),
    ...users.flatMap(({ name }) => flag('name', name)),
    ...flag('security', security),
    ...(alterId === 0 ? [] : flag('alter-id', alterId)),
    ...flag('socks', plan.local.socks),
    ...flag('http', plan.local.http),
    ...flag('format', format),
    ...flag('dir', dir),
  ]
  return words.join(' ')
}

function transportFlags(transport: ProfileTransport): readonly string[] {
  const network = flag('transport', transport.network)
  switch (transport.network) {
    case 'tcp':
      if (transport.header === 'none') return network
      return [
        ...network,
        ...flag('header', 'http'),
        ...flag('path', transport.paths[0] ?? '/'),
        ...transport.hosts.flatMap((host) => flag('host', host)),
      ]
    case 'kcp':
      return [...network, ...flag('header', transport.header), ...flag('seed', transport.seed)]
    case 'grpc':
      return [...network, ...flag('service-name', transport.serviceName)]
    case 'h2':
      return [
        ...network,
        ...flag('path', transport.path),
        ...transport.hosts.flatMap((host) => flag('host', host)),
      ]
    case 'ws':
    case 'httpupgrade':
      return [
        ...network,
        ...flag('path', transport.path),
        ...(transport.host === '' ? [] : flag('host', transport.host)),
      ]
    default:
      return network
  }
}

function tlsFlags({ tls }: PairPlan): readonly string[] {
  switch (tls.mode) {
    case 'none':
      return ['--no-tls']
    case 'front':
      return flag('sni', tls.serverName)
    case 'files':
      return [
        ...flag('cert', tls.certificateFile),
        ...flag('key', tls.keyFile),
        ...flag('sni', tls.serverName),
      ]
    case 'self-signed':
      return ['--self-signed', ...flag('sni', tls.serverName)]
  }
}

function flag(name: string, value: string | number): readonly string[] {
  return [`--${name} ${quoted(String(value))}`]
}

function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
