import type { MadeLink } from '../../operations/share.js'

/** One link a line and nothing else, so that the output can be piped. */
export function renderLinks(links: readonly MadeLink[]): string {
  return links.map(({ link }) => link).join('\n')
}
