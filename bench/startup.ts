/** What a command costs before it does anything: wall time against `node` running an empty file. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Bench, figure, median, ratio, type Surroundings } from './bench.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'

interface Command {
  readonly name: string
  readonly args: readonly string[]
  /** What is given to `node` instead of the program. */
  readonly bare?: readonly string[]
}

/** The first is what the others are compared with. */
const COMMANDS: readonly Command[] = [
  { name: 'node -e 0', args: [], bare: ['-e', '0'] },
  { name: 'node, an empty module', args: [], bare: ['--input-type=module', '-e', ''] },
  { name: 'vmess uuid', args: ['uuid'] },
  { name: 'vmess --version', args: ['--version'] },
  { name: 'vmess uuid --check', args: ['uuid', '--check', ID] },
  { name: 'vmess serve --help', args: ['serve', '--help'] },
  { name: 'vmess connect --help', args: ['connect', '--help'] },
  { name: 'vmess serve (refuses its flags)', args: ['serve', '-l', 'nonsense'] },
]

export const startup: Bench = async (surroundings) => {
  const rounds = surroundings.quick ? 7 : 21
  const times = COMMANDS.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    if (round === 0) surroundings.progress(`startup: ${rounds} rounds`)
    COMMANDS.forEach((command, i) => {
      times[i]?.push(time(command, surroundings))
    })
  }
  const middles = times.map(median)
  return {
    title: 'Start-up',
    note: 'Milliseconds from start to end of the process, median; ratio to `node -e 0`.',
    columns: ['command', 'ms', 'ratio'],
    rows: COMMANDS.map((command, i) => [command.name, figure(middles[i], 1), ratio(middles[i], middles[0])]),
  }
}

function time({ args, bare }: Command, { ourHop }: Surroundings): number {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' }
  delete env.NODE_EXTRA_CA_CERTS
  const program = bare ?? [join(process.cwd(), 'bin', 'run.js'), ...args]
  const began = performance.now()
  spawnSync(ourHop.node, program, { env, stdio: 'ignore' })
  return performance.now() - began
}
