/** What the commands about files and profiles cost when there is much of it: wall time and memory. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, figure, median, type Surroundings } from './bench.js'
import { environment, PROGRAM } from './startup.js'

const USERS = 10_000
const CONFIG_BYTES = 5_000_000
const LINKS = 10_000
const NODES = 100

interface Task {
  readonly name: string
  readonly args: readonly string[]
  /** What it must end with. */
  readonly exit: number
  /** Without the profiles that were stored before. */
  readonly empty?: true
}

interface Cost {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMiB: number
}

/** Has a program leave what it used. */
const ACCOUNT = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const used = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: maxRSS / 1024 }
  require('node:fs').writeFileSync('used.json', JSON.stringify(used))
})`

const TASKS: readonly Task[] = [
  {
    name: `vmess validate, ${USERS} users in ${CONFIG_BYTES / 1e6} MB`,
    args: ['validate', 'large.json', '--quiet'],
    exit: 0,
  },
  {
    name: `vmess import, ${LINKS} links`,
    args: ['import', 'links.txt', '--quiet'],
    exit: 0,
    empty: true,
  },
  {
    name: `vmess ping, ${NODES} servers that never answer, 2 s each`,
    args: ['ping', '--all', '-n', '1', '--timeout', '2s', '--quiet'],
    exit: 5,
  },
]

export const toolkit: Bench = async (surroundings) => {
  const rounds = surroundings.quick ? 3 : 7
  const folder = mkdtempSync(join(tmpdir(), 'vmess-toolkit-'))
  // Nobody accepts while a command is waited for: the system connects, and no answer comes.
  const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const costs = TASKS.map((): Cost[] => [])
  try {
    prepare(folder, (silent.address() as AddressInfo).port, surroundings)
    surroundings.progress(`toolkit: ${rounds} rounds`)
    for (let round = 0; round < rounds; round++) {
      for (const [i, task] of TASKS.entries()) costs[i]?.push(measure(task, folder, surroundings))
    }
  } finally {
    silent.close()
    rmSync(folder, { recursive: true })
  }
  return {
    title: 'Toolkit',
    note: 'From start to end of the process: time, CPU time of all threads, the most memory that was resident; medians.',
    columns: ['command', 'seconds', 'CPU-seconds', 'peak MiB'],
    rows: TASKS.map(({ name }, i) => {
      const middle = (key: keyof Cost) => median(costs[i]?.map((cost) => cost[key]) ?? [])
      return [name, figure(middle('seconds'), 2), figure(middle('cpuSeconds'), 2), figure(middle('peakMiB'))]
    }),
  }
}

function prepare(folder: string, port: number, surroundings: Surroundings): void {
  writeFileSync(join(folder, 'large.json'), largeConfig())
  writeFileSync(join(folder, 'links.txt'), links(LINKS, port))
  writeFileSync(join(folder, 'nodes.txt'), links(NODES, port))
  writeFileSync(join(folder, 'account.cjs'), ACCOUNT)
  measure({ name: 'import', args: ['import', 'nodes.txt', '--quiet'], exit: 0 }, folder, surroundings)
}

function measure({ name, args, exit, empty }: Task, folder: string, { ourHop }: Surroundings): Cost {
  const env = environment(folder)
  if (empty) env.XDG_CONFIG_HOME = mkdtempSync(join(folder, 'home-'))
  const options = { cwd: folder, env, encoding: 'utf8' } as const
  const began = performance.now()
  const { status, stderr } = spawnSync(ourHop.node, ['-r', './account.cjs', PROGRAM, ...args], options)
  const seconds = (performance.now() - began) / 1000
  if (status !== exit) throw new Error(`${name} ended with ${status}: ${stderr.slice(0, 500)}`)
  return { seconds, ...JSON.parse(readFileSync(join(folder, 'used.json'), 'utf8')) }
}

/** A server of many users, written as a person would; names fill it up to its size. */
function largeConfig(): string {
  const fill = CONFIG_BYTES / USERS - 133
  const clients = Array.from({ length: USERS }, (_, i) => ({
    id: idOf(i),
    email: `user-${String(i).padStart(fill, '0')}`,
    alterId: 0,
  }))
  const inbound = { listen: '127.0.0.1', port: 10_086, protocol: 'vmess', settings: { clients } }
  return JSON.stringify({ inbounds: [inbound], outbounds: [{ protocol: 'freedom' }] }, undefined, 2)
}

function links(count: number, port: number): string {
  return Array.from({ length: count }, (_, i) => {
    const facts = {
      v: '2',
      ps: `node ${i}`,
      add: '127.0.0.1',
      port: String(port),
      id: idOf(i),
      aid: '0',
      net: 'tcp',
    }
    return `vmess://${Buffer.from(JSON.stringify(facts)).toString('base64')}\n`
  }).join('')
}

function idOf(index: number): string {
  return `b831381d-6324-4d53-ad4f-${index.toString(16).padStart(12, '0')}`
}
