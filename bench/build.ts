/** Bundles the bench's own programs, so that each runs as a plain Node process under any Node. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** The folder of the package: the bench is started from there by npm. */
const ROOT = process.cwd()
const OUT = join(ROOT, 'node_modules', '.cache', 'vmess-kit-bench')

export interface Programs {
  readonly hop: string
  readonly load: string
  readonly target: string
  readonly codec: string
  readonly lossy: string
  readonly bare: string
}

/** Returns the paths of the programs. What is bundled is the source tree as it is now. */
export async function buildPrograms(): Promise<Programs> {
  await mkdir(OUT, { recursive: true })
  const names = ['hop', 'load', 'target', 'codec', 'lossy', 'bare'] as const
  await build({
    entryPoints: names.map((name) => join(ROOT, 'bench', `${name}.ts`)),
    outdir: OUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  })
  const path = (name: string) => join(OUT, `${name}.mjs`)
  return {
    hop: path('hop'),
    load: path('load'),
    target: path('target'),
    codec: path('codec'),
    lossy: path('lossy'),
    bare: path('bare'),
  }
}
