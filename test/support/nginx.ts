/** A real nginx, set up by one of the examples. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild, waitForPorts } from './child.js'

/** Why the tests that need nginx cannot run; undefined when they can. In CI that is an error instead. */
export function nginxMissing(): string | undefined {
  if (spawnSync('nginx', ['-v']).status === 0) return undefined
  if (process.env.CI === 'true') throw new Error('nginx is not installed, and in CI it has to be')
  return 'nginx is not installed'
}

export interface StartNginx {
  /** File in `examples/nginx`, or what such a file would hold. */
  readonly example: string | { readonly text: string }
  /** Texts of the example and what stands in their place. */
  readonly replace: Readonly<Record<string, string>>
  /** Files by name; `{name}` in a replacement becomes their path. */
  readonly files: Readonly<Record<string, string>>
  /** Port that accepts connections when it has started. */
  readonly port: number
}

/** Runs nginx in the foreground, in a folder of its own that `stop` removes. */
export async function startNginx({ example, replace, files, port }: StartNginx): Promise<Child> {
  const folder = await mkdtemp(join(tmpdir(), 'vmess-kit-nginx-'))
  let config = await textOf(example)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  for (const [from, to] of Object.entries(replace)) {
    if (!config.includes(from)) throw new Error(`the example does not say ${from}`)
    config = config.replaceAll(
      from,
      to.replace(/\{(.+)\}/, (_, name: string) => join(folder, name)),
    )
  }
  const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join(' ')
  await writeFile(join(folder, 'nginx.conf'), config.replace('http {', `http { access_log off; ${own}`))
  const globals = `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr;`
  const child = await startChild('nginx', ['-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', globals])
  const stop = async () => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitForPorts(child, [port])
  } catch (error) {
    await stop()
    throw error
  }
  return { ...child, stop }
}

async function textOf(example: StartNginx['example']): Promise<string> {
  if (typeof example === 'object') return example.text
  return readFile(new URL(`../../examples/nginx/${example}`, import.meta.url), 'utf8')
}
