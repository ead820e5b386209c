/** What is left out of `@oclif/core` when it is bundled: an esbuild plugin. */
import { readFileSync } from 'node:fs'
import { sep } from 'node:path'

/**
 * What `@oclif/core` does at every start and this program never needs, by file. Each line is a change of
 * its text; the build fails when a line is no longer there, so that nothing is kept in vain.
 */
const CHANGES = {
  // What `--help` and most commands do without; Node takes a millisecond or two for each.
  'config/ts-path.js': [loadLate('fs/promises')],
  'parser/parse.js': [loadLate('readline')],
  'performance.js': [loadLate('perf_hooks')],
  'util/fs.js': [
    loadLate('fs/promises'),
    // The first of the asynchronous reads starts Node's threads.
    ['await (0, promises_1.readFile)', '(0, node_fs_1.readFileSync)'],
  ],
  'util/read-tsconfig.js': [loadLate('fs/promises')],
  // The first `localeCompare` starts up ICU: 15 ms to sort names that are ASCII.
  'config/plugin.js': [['a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)']],
  'util/os.js': [
    // Only for the name of the platform, which Node calls linux.
    [`(await import('wsl-utils')).isWsl`, 'false'],
    // Only on Windows.
    ['const node_child_process_1 = require("node:child_process");', ''],
    ['(0, node_child_process_1.execSync)', 'require("node:child_process").execSync'],
  ],
}

/** Has a module of Node loaded when something of it is used. */
function loadLate(name) {
  const load = `require("node:${name}")`
  return [load, `new Proxy({}, { get: (_, key) => ${load}[key] })`]
}

/**
 * Packages for what this program does not do: finding commands without a manifest, plugins by pattern,
 * settings outside package.json, and a look at the Node version, which `bin/run.js` has had already.
 */
const WITHOUT = ['tinyglobby', 'minimatch', 'lilconfig', 'semver']

const ABSENT = `module.exports = { __esModule: true, ...Object.fromEntries(
  ['glob', 'minimatch', 'lilconfig', 'satisfies'].map((name) => [name, () => { throw new Error(name + ' is left out') }]),
) }`

export const oclifDiet = {
  name: 'oclif-diet',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: new RegExp(`^(${WITHOUT.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'absent',
    }))
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: ABSENT, loader: 'js' }))
    onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const file = path.split(sep).join('/').split('@oclif/core/lib/')[1]
      const changes = CHANGES[file]
      if (changes === undefined) return undefined
      const text = readFileSync(path, 'utf8')
      const gone = changes.filter(([from]) => !text.includes(from))
      const contents = changes.reduce((result, [from, to]) => result.replace(from, to), text)
      return {
        contents,
        loader: 'js',
        errors: gone.map(([from]) => ({ text: `${file} has no longer: ${from}` })),
      }
    })
  },
}
