/** Request headers sealed and opened per second, by number of users; measured in a process of its own. */
import { execFileSync } from 'node:child_process'
import { type Bench, figure } from './bench.js'
import type { CodecFigure } from './codec.js'

export const codec: Bench = async ({ programs, ourHop, quick, progress }) => {
  progress('codec')
  const printed = execFileSync(ourHop.node, [programs.codec, quick ? '300' : '1500'], { encoding: 'utf8' })
  const figures = JSON.parse(printed) as CodecFigure[]
  return {
    title: 'Request headers',
    note: 'One core, no sockets. To open a header is to find its user, check it for replay and derive the keys.',
    columns: ['what', 'per second', 'µs each'],
    rows: figures.map(({ what, perSecond }) => [what, figure(perSecond), figure(1e6 / perSecond, 1)]),
  }
}
