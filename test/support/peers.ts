/** Other programs that read what we write: found on this machine, or not. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerDialect } from '../../src/dialects/server-profile.js'
import { type Child, startChild, waitForPorts } from './child.js'

export type PeerName = Exclude<ServerDialect, 'v2ray4'>

interface PeerProgram {
  /** Names a program by its path, instead of the one on the path of the system. */
  readonly variable: string
  readonly command: string
  readonly version: readonly string[]
  /** What its version begins with. */
  readonly says: RegExp
  readonly file: string
  check(file: string): readonly string[]
  run(file: string, folder: string): readonly string[]
}

const PROGRAMS: Readonly<Record<PeerName, PeerProgram>> = {
  xray: {
    variable: 'VMESS_XRAY',
    command: 'xray',
    version: ['version'],
    says: /^Xray \d/,
    file: 'config.json',
    check: (file) => ['run', '-test', '-c', file],
    run: (file) => ['run', '-c', file],
  },
  'sing-box': {
    variable: 'VMESS_SING_BOX',
    command: 'sing-box',
    version: ['version'],
    says: /^sing-box version /,
    file: 'config.json',
    check: (file) => ['check', '--disable-color', '-c', file],
    run: (file, folder) => ['run', '--disable-color', '-D', folder, '-c', file],
  },
  mihomo: {
    variable: 'VMESS_MIHOMO',
    command: 'mihomo',
    version: ['-v'],
    says: /^Mihomo /,
    file: 'config.yaml',
    check: (file) => ['-t', '-f', file],
    run: (file, folder) => ['-d', folder, '-f', file],
  },
  v2ray5: {
    variable: 'VMESS_V2RAY5',
    command: 'v2ray',
    version: ['version'],
    says: /^V2Ray 5\./,
    file: 'config.json',
    check: (file) => ['test', '-format', 'jsonv5', '-c', file],
    run: (file) => ['run', '-format', 'jsonv5', '-c', file],
  },
}

const missing = new Map<PeerName, string | undefined>()

/** Why the tests that need it cannot run; undefined when they can. */
export function peerMissing(name: PeerName): string | undefined {
  if (!missing.has(name)) missing.set(name, askVersion(name))
  return missing.get(name)
}

function askVersion(name: PeerName): string | undefined {
  const { variable, version, says } = PROGRAMS[name]
  const program = programOf(name)
  const { stdout, error } = spawnSync(program, [...version], { encoding: 'utf8' })
  if (error === undefined && says.test(stdout)) return undefined
  const fact = error === undefined ? `${program} is something else` : `there is no ${program}`
  return `${fact}; ${variable} names it`
}

function programOf(name: PeerName): string {
  const { variable, command } = PROGRAMS[name]
  return process.env[variable] ?? command
}

export interface PeerVerdict {
  readonly accepted: boolean
  /** All that it said. */
  readonly said: string
}

/** What its own check says to a file. Nothing is listened on. */
export async function peerCheck(name: PeerName, text: string): Promise<PeerVerdict> {
  const { file, check } = PROGRAMS[name]
  const folder = await mkdtemp(join(tmpdir(), `vmess-kit-${name}-`))
  try {
    const path = join(folder, file)
    await writeFile(path, text)
    return await new Promise((resolve, reject) => {
      // A file may name others, such as logs, that are made where it runs.
      execFile(programOf(name), [...check(path)], { cwd: folder }, (error, stdout, stderr) => {
        // A refusal has an exit code; a program that cannot be started has a word.
        if (error !== null && typeof error.code !== 'number') reject(error)
        else resolve({ accepted: error === null, said: stdout + stderr })
      })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One process per core of the machines that this runs on. */
const AT_ONCE = 2

/** The verdicts on many files, in their order. */
export async function peerChecks(name: PeerName, texts: readonly string[]): Promise<PeerVerdict[]> {
  const verdicts: PeerVerdict[] = []
  const waiting = texts.entries()
  const worker = async (): Promise<void> => {
    for (const [i, text] of waiting) verdicts[i] = await peerCheck(name, text)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return verdicts
}

/** Runs it with a file of its own, until its ports accept connections; `stop` removes the file. */
export async function startPeer(name: PeerName, text: string, ready: readonly number[]): Promise<Child> {
  const { file, run } = PROGRAMS[name]
  const folder = await mkdtemp(join(tmpdir(), `vmess-kit-${name}-`))
  const path = join(folder, file)
  await writeFile(path, text)
  const child = await startChild(programOf(name), run(path, folder), { cwd: folder })
  const stop = async (): Promise<void> => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitForPorts(child, ready)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...child, stop }
}
