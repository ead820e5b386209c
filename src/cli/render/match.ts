import type { MatchedPair, MatchFinding, MatchPlace, MatchReport } from '../../operations/match.js'
import type { Paint } from '../paint.js'
import { renderExcerpt } from './findings.js'
import { visible } from './visible.js'

/** Each pair with its differences: what, where, and the change that ends it. */
export function renderMatch({ pairs }: MatchReport, paint: Paint): string {
  return pairs.map((pair) => renderPair(pair, paint)).join('\n\n')
}

function renderPair({ client, server, matches, findings }: MatchedPair, paint: Paint): string {
  const name = client.name === '' ? client.path : client.name
  const with_ = server.tag === '' ? server.path : server.tag
  return [
    `${matches ? paint.green('match') : paint.red('differ')}  client ${visible(name)} and server ${visible(with_)}`,
    ...findings.flatMap((finding) => renderFinding(finding, paint)),
  ].join('\n')
}

function renderFinding({ severity, message, hint, side, places, id }: MatchFinding, paint: Paint): string[] {
  const mark = severity === 'error' ? paint.red('error') : paint.yellow('warn ')
  const other = side === 'client' ? places.server : places.client
  return [
    `  ${mark}  ${visible(message)}  [${id}]`,
    `         change the ${paint.bold(side)}: ${visible(hint)}`,
    ...[...renderPlace(places[side], paint), ...renderPlace(other, paint)].map((line) => `         ${line}`),
  ]
}

/** `client.json:3:14 /outbounds/0/…` with its line, where there is one. */
function renderPlace({ file, path, line, column, excerpt }: MatchPlace, paint: Paint): readonly string[] {
  if (line === undefined || column === undefined) return [paint.dim(visible(`${file} ${path}`))]
  const where = path.startsWith('/') ? ` ${path}` : ''
  const head = paint.dim(visible(`${file}:${line}:${column}${where}`))
  return [head, ...(excerpt === undefined ? [] : renderExcerpt(excerpt, line, paint))]
}

/** `data` of `--json`: what a screen shows of lines is not in it. */
export function matchJson({ findings, pairs, matches, notes }: MatchReport): object {
  return {
    matches,
    pairs: pairs.map((pair) => ({ ...pair, findings: pair.findings.map(findingJson) })),
    findings: findings.map(findingJson),
    notes,
  }
}

function findingJson({ places, ...finding }: MatchFinding): object {
  const { excerpt: _, ...plain } = finding
  const { client, server } = places
  return { ...plain, places: { client: placeJson(client), server: placeJson(server) } }
}

function placeJson({ excerpt: _, offset: _o, length: _l, ...place }: MatchPlace): object {
  return place
}
