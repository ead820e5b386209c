/** Which version of a package is the newest, as the registry says that npm here is set up for. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Fault, isFault } from '../faults/fault.js'
import { fileExists, readTextFile } from './text-input.js'

export interface NewestVersionOptions {
  /** The package, and the version that runs. */
  readonly name: string
  readonly version: string
  /** Asked instead of the one of npm's settings. Throws `CLI_USAGE` for what is no http or https address. */
  readonly registry?: string | undefined
  /** npm's variables, and those of proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of the whole question; 10 s unless given. */
  readonly timeoutMs?: number
}

export interface NewestVersion {
  readonly version: string
  /** Of the registry's `latest` tag. */
  readonly latest: string
  /** The one that runs is older. */
  readonly outdated: boolean
  /** Host of the registry; its address may hold a password. */
  readonly registry: string
}

const DEFAULT_REGISTRY = 'https://registry.npmjs.org/'
const TIMEOUT_MS = 10_000
const VERSION = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]{1,100}))?(?:\+[0-9A-Za-z.-]{1,100})?$/

/** Asks the registry once. Rejects with `VERSION_CHECK` when it cannot say, within the time. */
export async function findNewestVersion(options: NewestVersionOptions): Promise<NewestVersion> {
  const { name, version, environment, timeoutMs = TIMEOUT_MS } = options
  const registry = parseRegistry(options.registry ?? (await registryOfNpm(environment)))
  const url = new URL(`${name}/latest`, registry)
  const latest = versionIn(await ask(url, { version, environment, timeoutMs }), registry.host)
  return { version, latest, outdated: compareVersions(version, latest) < 0, registry: registry.host }
}

async function ask(
  url: URL,
  {
    version,
    environment,
    timeoutMs,
  }: Pick<NewestVersionOptions, 'version' | 'environment'> & { timeoutMs: number },
): Promise<string> {
  const { fetchText } = await import('./subscriptions/fetch-text.js')
  try {
    const answer = await fetchText({
      url: url.href,
      userAgent: `vmess-kit/${version}`,
      environment,
      timeoutMs,
    })
    return answer.changed ? answer.text : ''
  } catch (error) {
    if (!isFault(error)) throw error
    const why = error.code === 'SUBSCRIPTION_FETCH' ? `${url.host}: ${error.why}` : (error.why ?? error.what)
    throw new Fault('VERSION_CHECK', { why, cause: error })
  }
}

/** Throws `VERSION_CHECK` for an answer that names no version. */
function versionIn(text: string, host: string): string {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch (cause) {
    throw new Fault('VERSION_CHECK', { why: `${host} answered with something else than JSON`, cause })
  }
  const latest = (answer as { readonly version?: unknown } | null)?.version
  if (typeof latest === 'string' && VERSION.test(latest)) return latest
  throw new Fault('VERSION_CHECK', { why: `${host} named no version` })
}

/** npm's own order: its variable, the file of the user, its default. Variables in the file are filled in. */
async function registryOfNpm(environment: NewestVersionOptions['environment']): Promise<string> {
  const given = environment.npm_config_registry || environment.NPM_CONFIG_REGISTRY
  if (given) return given
  const home = environment.HOME ?? homedir()
  const file = environment.npm_config_userconfig || environment.NPM_CONFIG_USERCONFIG || join(home, '.npmrc')
  if (!(await fileExists(file))) return DEFAULT_REGISTRY
  const line = /^[ \t]*registry[ \t]*=[ \t]*["']?([^\s"']+)/m.exec(await readTextFile(file))?.[1]
  const filled = line?.replace(/\$\{(\w+)\}/g, (all, name: string) => environment[name] ?? all)
  return filled ?? DEFAULT_REGISTRY
}

/** With a slash at the end, so that names go behind its path. */
function parseRegistry(text: string): URL {
  const slashed = text.endsWith('/') ? text : `${text}/`
  const url = URL.canParse(slashed) ? new URL(slashed) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Fault('CLI_USAGE', { why: 'the registry is no http or https address' })
}

/** Below zero when `a` is the older one (Semantic Versioning §11); what is no version is older than any. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [VERSION.exec(a), VERSION.exec(b)]
  if (left === null || right === null) return Number(left !== null) - Number(right !== null)
  for (const part of [1, 2, 3]) {
    const difference = Number(left[part]) - Number(right[part])
    if (difference !== 0) return difference
  }
  return compareReleases(left[4], right[4])
}

/** A version before its release is older than the release. */
function compareReleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const [left, right] = [a.split('.'), b.split('.')]
  for (const [i, word] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    const difference = compareWords(word, other)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Numbers by value and before words. */
function compareWords(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (left && right) return Number(a) - Number(b)
  if (left !== right) return left ? -1 : 1
  return a === b ? 0 : a < b ? -1 : 1
}
