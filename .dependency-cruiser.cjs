/**
 * Who may import whom (docs/architecture.md, "Layers"). The tables below are the rule; what follows
 * turns them into dependency-cruiser's terms. Type-only and dynamic imports count like any other.
 *
 * `test/guards` holds a bad example for each rule; a rule that rejects nothing is no rule.
 */

/** Lower layers may be imported, higher ones may not. Siblings of one layer may not, except in layer 0. */
const LAYERS = [
  ['bytes', 'faults', 'crypto', 'ports', 'address', 'account'],
  ['vmess', 'mux', 'socks', 'http-proxy', 'dialects', 'config'],
  ['contracts'],
  ['transport', 'inbound', 'outbound'],
  ['engine'],
  ['operations'],
  ['cli'],
  ['commands'],
]

/** Node's own modules by layer. */
const BUILTINS = [
  ['crypto', 'zlib', 'util'],
  [],
  [],
  [
    'net',
    'tls',
    'dns',
    'dns/promises',
    'dgram',
    'http',
    'https',
    'http2',
    'stream',
    'events',
    'timers',
    'fs',
    'util',
  ],
  ['events', 'timers', 'timers/promises'],
  ['events', 'timers', 'timers/promises', 'fs', 'fs/promises', 'path', 'http', 'os'],
  ['process', 'readline', 'fs', 'fs/promises', 'path', 'os', 'tty', 'util', 'events', 'url'],
  [],
]

/** npm packages and the folders that may import them. A package that is not listed may be used nowhere. */
const PACKAGES = {
  '@noble/ciphers': ['crypto'],
  '@noble/hashes': ['crypto'],
  'jsonc-parser': ['config'],
  '@oclif/core': ['cli', 'commands'],
  chalk: ['cli'],
  inquirer: ['cli'],
  'qrcode-terminal': ['cli'],
}

/** Commands reach the operations, never what is below; the terminal knows faults and the operations' types. */
const REACH = {
  cli: ['faults', 'operations'],
  commands: ['cli', 'operations', 'faults'],
}

const folders = (names) => `^src/(${names.join('|')})/`
const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function layerRule(names, level) {
  return {
    name: `layer-${level}`,
    comment: `layer ${level} (${names.join(', ')}) imports only lower layers`,
    severity: 'error',
    from: { path: folders(names) },
    to: { path: '^src/', pathNot: folders(LAYERS.slice(0, level + 1).flat()) },
  }
}

function siblingRule(names, level) {
  return {
    name: `siblings-${level}`,
    comment: 'what two siblings need belongs in a lower layer',
    severity: 'error',
    from: { path: folders(names) },
    to: { path: folders(names), pathNot: '^src/$1/' },
  }
}

function builtinRule(names, level) {
  const allowed = BUILTINS[level]
  const to = { dependencyTypes: ['core'] }
  if (allowed.length > 0) to.pathNot = `^(node:)?(${allowed.map(literally).join('|')})$`
  return {
    name: `builtins-${level}`,
    comment: `layer ${level} may use of Node: ${allowed.join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: folders(names) },
    to,
  }
}

function packageRule([name, owners]) {
  return {
    name: `package-${name}`,
    comment: `${name} is for ${owners.join(', ')}`,
    severity: 'error',
    from: { path: '^src/', pathNot: folders(owners) },
    to: { path: `(^|node_modules/)${literally(name)}(/|$)` },
  }
}

function reachRule([name, allowed]) {
  return {
    name: `reach-${name}`,
    comment: `${name}/ imports ${allowed.join(', ')} and nothing else of ours`,
    severity: 'error',
    from: { path: folders([name]) },
    to: { path: '^src/', pathNot: folders([name, ...allowed]) },
  }
}

const withSiblings = LAYERS.map((names, level) => [names, level]).filter(
  ([names, level]) => level > 0 && names.length > 1,
)

module.exports = {
  forbidden: [
    ...LAYERS.slice(0, -1).map(layerRule),
    ...withSiblings.map(([names, level]) => siblingRule(names, level)),
    ...LAYERS.map(builtinRule),
    ...Object.entries(PACKAGES).map(packageRule),
    ...Object.entries(REACH).map(reachRule),
    {
      name: 'package-unlisted',
      comment: 'each npm package has its folders in PACKAGES',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: `(^|node_modules/)(${Object.keys(PACKAGES).map(literally).join('|')})(/|$)`,
      },
    },
    {
      name: 'operations-types-only',
      comment: 'renderers take the data of operations; running them is the business of commands',
      severity: 'error',
      from: { path: folders(['cli']) },
      to: { path: folders(['operations']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'contracts-types-only',
      comment: 'a contract holds no runtime value, so it imports none',
      severity: 'error',
      from: { path: folders(['contracts']) },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'index-without-terminal',
      comment: 'the library loads no terminal package',
      severity: 'error',
      from: { path: '^src/(index|testing)\\.ts$' },
      to: { path: folders(['cli', 'commands']) },
    },
    {
      name: 'index-is-last',
      comment: 'inside, files are imported where they are',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/testing\\.ts$' },
      to: { path: '^src/(index|testing)\\.ts$' },
    },
    {
      name: 'only-src',
      comment: 'the product does not import its tests, scripts or benches',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts|bin|dist)/' },
    },
    {
      name: 'no-circular',
      comment: 'a cycle is one module in two files',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment: 'a misspelt import would escape every other rule',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-stray-file',
      comment: 'each source file is in a folder that has a layer',
      severity: 'error',
      from: { path: '^src/', pathNot: [folders(LAYERS.flat()), '^src/(index|testing)\\.ts$'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
