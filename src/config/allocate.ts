/** `allocate` of an inbound: dynamic ports (config §3.3). */
import type { Place } from './place.js'
import { quote, textThat, uint32 } from './scalars.js'
import { check, maybe, object, required, type Shape } from './shape.js'

const DEFAULT_CONCURRENCY = 3

/** Exactly this spelling switches V2Ray's own check of the numbers on. */
const CHECKED_WORD = 'random'

const strategy = textThat('', (found, place) => {
  const word = found.toLowerCase()
  if (word === 'always') return word
  if (word === 'random') place.report('VM-E01', 'dynamic ports are not supported yet; supported: always')
  else place.report('VM-D01', `${quote(found)} is not one of always, random`)
  return word
})

const fields = object({
  strategy: required({ ...strategy, missing: 'VM-D01' }),
  concurrency: maybe(uint32),
  refresh: maybe(uint32),
})

/** How many ports `port` of the inbound stands for is checked by `checkAllocate`. */
export const allocate: Shape<undefined> = {
  blank: undefined,
  read: (place) => void check(fields, (values) => values).read(place),
}

/** What needs the ports of the inbound. */
export function checkAllocate(inbound: Place, ports: number): void {
  const place = inbound.child('allocate')
  if (place !== undefined && isUnix(inbound) && inbound.child('port') === undefined) {
    place.report('VM-D08', 'a unix socket has no ports; V2Ray 4.34 crashes')
  }
  const word = place?.child('strategy')?.value
  if (place === undefined || typeof word !== 'string' || word.toLowerCase() !== 'random') return
  const given = place.child('concurrency')?.value
  const concurrency = typeof given === 'number' ? given : DEFAULT_CONCURRENCY
  if (concurrency === 0) place.spot('concurrency').report('VM-D04', 'no port is opened at all')
  if (place.child('refresh')?.value === 0) {
    place.spot('refresh').report('VM-D04', 'ports are opened and closed in an endless loop')
  }
  if (ports === 0 || isUnix(inbound)) return
  const counted = `${concurrency} ports at a time of ${ports}`
  if (given !== undefined && word === CHECKED_WORD && concurrency >= ports) {
    place.spot('concurrency').report('VM-D02', `${counted} are too many`)
  } else if (ports < concurrency * 2) {
    place.spot('concurrency').report('VM-D03', `${counted} leave no room for the next ones`)
  }
}

function isUnix(inbound: Place): boolean {
  const listen = inbound.child('listen')?.value
  return typeof listen === 'string' && listen.startsWith('/')
}
