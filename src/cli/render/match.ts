import type { MatchedPair, MatchFinding, MatchReport } from '../../operations/match.js'
import type { Paint } from '../paint.js'
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

function renderFinding(
  { severity, message, hint, side, file, path, id }: MatchFinding,
  paint: Paint,
): string[] {
  const mark = severity === 'error' ? paint.red('error') : paint.yellow('warn ')
  return [
    `  ${mark}  ${visible(message)}  [${id}]`,
    `         change the ${paint.bold(side)}: ${visible(hint)}`,
    `         ${paint.dim(`${visible(file)} ${visible(path)}`)}`,
  ]
}
