/** The package as npm would publish it, unpacked into a folder with nothing but its dependencies. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeFolder } from '../support/spawned-program.js'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const NAME = 'vmess-kit'

export interface PackedFile {
  readonly path: string
  readonly mode: number
}

export interface Packed {
  readonly tarball: string
  readonly files: readonly PackedFile[]
}

/** Packs what the last build left. */
export function pack(): Packed {
  const folder = makeFolder()
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [{ filename, files }] = JSON.parse(
    execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  return { tarball: join(folder, filename), files }
}

/**
 * Unpacks a tarball into `node_modules` of a new folder, next to links to the dependencies that `wanted`
 * picks; without it, all that the package declares. Registries are not asked.
 */
export function install(tarball: string, wanted: (dependency: string) => boolean = () => true): string {
  const folder = makeFolder()
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  execFileSync('tar', ['-xzf', tarball, '-C', modules])
  renameSync(join(modules, 'package'), join(modules, NAME))
  const { dependencies } = JSON.parse(readFileSync(join(modules, NAME, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies).filter(wanted)) {
    const link = join(modules, dependency)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', dependency), link)
  }
  return folder
}

/** Runs a text as a module within a folder, and gives what it wrote to stdout. Throws when it fails. */
export function runModule(folder: string, source: string): string {
  const args = ['--input-type=module', '--eval', source]
  return execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
}
