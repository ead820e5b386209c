/** What nginx needs to hear for a server that stands behind it. */
import { formatDestination, makeDestination } from '../address/destination.js'
import type { PairPlan } from '../dialects/pair-plan.js'

export interface NginxFiles {
  /** PEM; a place where they often are unless given. */
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
}

/** A server block that does TLS and passes the tunnel on, as in `examples/nginx`. */
export function nginxSnippet(plan: PairPlan, files: NginxFiles = {}): string {
  const { serverName } = plan.tls as { readonly serverName: string }
  const folder = `/etc/ssl/${serverName}`
  const { certificateFile = `${folder}/fullchain.pem`, keyFile = `${folder}/privkey.pem` } = files
  const isGrpc = plan.transport.network === 'grpc'
  return [
    '# Goes into the http block of nginx, for instance as a file in /etc/nginx/conf.d.',
    'server {',
    ...(isGrpc ? ['  # From nginx 1.25.1 on: "listen … ssl;" and "http2 on;".'] : []),
    `  listen ${plan.port} ssl${isGrpc ? ' http2' : ''};`,
    `  server_name ${serverName};`,
    `  ssl_certificate ${quoted(certificateFile)};`,
    `  ssl_certificate_key ${quoted(keyFile)};`,
    '',
    ...location(plan),
    '',
    '  # Everything else is a web site.',
    '  location / {',
    '    root /var/www/html;',
    '  }',
    '}',
    '',
  ].join('\n')
}

function location({ transport, listen }: PairPlan): readonly string[] {
  const upstream = formatDestination(makeDestination(listen.host, listen.port))
  if (transport.network === 'grpc') {
    return [
      '  # The service name between two slashes.',
      `  location /${transport.serviceName}/ {`,
      `    grpc_pass grpc://${upstream};`,
      '    client_max_body_size 0;',
      '    client_body_timeout 1h;',
      '    grpc_read_timeout 1h;',
      '    grpc_send_timeout 1h;',
      '  }',
    ]
  }
  const path = 'path' in transport ? transport.path : '/'
  return [
    '  # Exactly the path of the server, and no slash behind the port: nginx would change the path.',
    `  location = ${quoted(path)} {`,
    `    proxy_pass http://${upstream};`,
    '    proxy_http_version 1.1;',
    '    proxy_set_header Upgrade $http_upgrade;',
    '    proxy_set_header Connection "upgrade";',
    '    proxy_set_header Host $host;',
    '    proxy_read_timeout 1h;',
    '    proxy_send_timeout 1h;',
    '  }',
  ]
}

/** Bare where it can be; nginx splits at spaces and semicolons and reads `$`, braces and quotes. */
function quoted(text: string): string {
  return /^[\w./:@%+~=,-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}
