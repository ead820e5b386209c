/** What a command costs before it does anything: wall time against `node` running an empty file. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, figure, median, ratio, type Surroundings } from './bench.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'

interface Command {
  readonly name: string
  readonly args: readonly string[]
  /** What is given to `node` instead of the program. */
  readonly bare?: readonly string[]
  /** As after an installation: no run before it has left compiled code. */
  readonly first?: true
}

/** The first is what the others are compared with. */
const COMMANDS: readonly Command[] = [
  { name: 'node -e 0', args: [], bare: ['-e', '0'] },
  { name: 'node, an empty module', args: [], bare: ['--input-type=module', '-e', ''] },
  { name: 'vmess uuid', args: ['uuid'] },
  { name: 'vmess --version', args: ['--version'] },
  { name: 'vmess --help', args: ['--help'] },
  { name: 'vmess uuid --check', args: ['uuid', '--check', ID] },
  { name: 'vmess uuid --check, first run', args: ['uuid', '--check', ID], first: true },
  { name: 'vmess serve --help', args: ['serve', '--help'] },
  { name: 'vmess connect --help', args: ['connect', '--help'] },
  { name: 'vmess serve (refuses its flags)', args: ['serve', '-l', 'nonsense'] },
  { name: 'vmess validate', args: ['validate', 'server.json'] },
  { name: 'vmess validate, first run', args: ['validate', 'server.json'], first: true },
  { name: 'vmess config show', args: ['config', 'show', 'server.json'] },
  { name: 'vmess config new', args: ['config', 'new', '--for', 'local', '--dir', 'new', '--force'] },
  {
    name: 'vmess config new --self-signed',
    args: ['config', 'new', '-a', 'vpn.example.com', '--self-signed', '--dir', 'new', '--force'],
  },
  { name: 'vmess match', args: ['match', 'server.json', 'client.json'] },
  { name: 'vmess convert', args: ['convert', 'client.json', '--to', 'sing-box'] },
  { name: 'vmess share link', args: ['share', 'link', 'client.json'] },
  { name: 'vmess share qr', args: ['share', 'qr', 'client.json'] },
  { name: 'vmess import', args: ['import', 'client.json', '--dry-run'] },
  { name: 'vmess profile list', args: ['profile', 'list'] },
  { name: 'vmess ping --help', args: ['ping', '--help'] },
  { name: 'vmess tls cert', args: ['tls', 'cert', '--host', 'localhost', '--dir', 'tls', '--force'] },
]

/** What the commands find in the folder where they run. */
const PREPARATIONS = [
  ['config', 'new', '--for', 'local', '--dir', '.'],
  ['import', 'client.json', '--name', 'home'],
]

export const startup: Bench = async (surroundings) => {
  const rounds = surroundings.quick ? 7 : 21
  const times = COMMANDS.map((): number[] => [])
  const folder = mkdtempSync(join(tmpdir(), 'vmess-startup-'))
  try {
    for (const args of PREPARATIONS) prepare(args, surroundings, folder)
    surroundings.progress(`startup: ${rounds} rounds`)
    for (let round = 0; round < rounds; round++) {
      COMMANDS.forEach((command, i) => {
        times[i]?.push(time(command, surroundings, folder))
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const middles = times.map(median)
  return {
    title: 'Start-up',
    note: 'Milliseconds from start to end of the process, median; ratio to `node -e 0`.',
    columns: ['command', 'ms', 'ratio'],
    rows: COMMANDS.map((command, i) => [command.name, figure(middles[i], 1), ratio(middles[i], middles[0])]),
  }
}

export const PROGRAM = join(process.cwd(), 'bin', 'run.js')

function prepare(args: readonly string[], { ourHop }: Surroundings, folder: string): void {
  const options = { cwd: folder, env: environment(folder), encoding: 'utf8' } as const
  const { status, stderr } = spawnSync(ourHop.node, [PROGRAM, ...args], options)
  if (status !== 0) throw new Error(`vmess ${args.join(' ')} failed: ${stderr}`)
}

function time({ args, bare, first }: Command, { ourHop }: Surroundings, folder: string): number {
  const env = environment(folder)
  if (first) env.XDG_CACHE_HOME = mkdtempSync(join(folder, 'cache-'))
  const began = performance.now()
  spawnSync(ourHop.node, [...(bare ?? [PROGRAM, ...args])], { cwd: folder, env, stdio: 'ignore' })
  return performance.now() - began
}

/** Settings, profiles and caches are kept in the folder. */
export function environment(folder: string): NodeJS.ProcessEnv {
  const env = { ...process.env, NO_COLOR: '1', XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder }
  delete (env as NodeJS.ProcessEnv).NODE_EXTRA_CA_CERTS
  return env
}
