/**
 * Who may import whom (docs/architecture.md, "Layers"). The tables below are the rule; what follows
 * turns them into dependency-cruiser's terms. Type-only and dynamic imports count like any other.
 *
 * `test/guards` holds a bad example for each rule; a rule that rejects nothing is no rule.
 */

/**
 * Lowest first. A layer imports lower ones, never higher ones; its folders do not import each other,
 * except the foundations. `builtins` is what it may use of Node.
 */
const LAYERS = [
  {
    name: 'foundations',
    folders: ['bytes', 'text', 'faults', 'crypto', 'ports', 'address', 'account', 'disguise'],
    builtins: ['crypto', 'zlib', 'util'],
  },
  {
    name: 'codecs',
    folders: [
      'vmess',
      'mux',
      'grpc',
      'socks',
      'http-proxy',
      'http-header',
      'proxy-protocol',
      'kcp',
      'websocket',
      'ntp',
      'dialects',
      'config',
    ],
    builtins: [],
  },
  // Judges what the codecs read: still without I/O.
  { name: 'matching', folders: ['matching'], builtins: [] },
  { name: 'contracts', folders: ['contracts'], builtins: [] },
  { name: 'tunnel', folders: ['tunnel'], builtins: [] },
  {
    name: 'adapters',
    folders: ['transport', 'inbound', 'outbound'],
    builtins: [
      'net',
      'tls',
      'dns',
      'dns/promises',
      'dgram',
      'http',
      'https',
      'http2',
      'stream',
      'async_hooks',
      'events',
      'timers',
      'fs',
      'util',
    ],
  },
  { name: 'engine', folders: ['engine'], builtins: ['events', 'timers', 'timers/promises'] },
  {
    name: 'operations',
    folders: ['operations'],
    builtins: [
      'crypto',
      'events',
      'timers',
      'timers/promises',
      'fs',
      'fs/promises',
      'path',
      'http',
      'os',
      'zlib',
    ],
  },
  // Suites for others' implementations, which `src/testing.ts` publishes.
  { name: 'testing', folders: ['testing'], builtins: [] },
  {
    name: 'terminal',
    folders: ['cli'],
    builtins: [
      'process',
      'readline',
      'fs',
      'fs/promises',
      'path',
      'os',
      'tty',
      'util',
      'events',
      'url',
      'stream',
      'v8',
    ],
  },
  { name: 'commands', folders: ['commands'], builtins: [] },
]
const FOLDERS = LAYERS.flatMap((layer) => layer.folders)

/** npm packages and the folders that may import them. A package that is not listed may be used nowhere. */
const PACKAGES = {
  '@noble/ciphers': ['crypto'],
  '@noble/hashes': ['crypto'],
  'jsonc-parser': ['config', 'dialects'],
  '@oclif/core': ['cli', 'commands'],
  chalk: ['cli'],
  inquirer: ['cli'],
  'qrcode-terminal': ['cli'],
  pino: ['cli'],
  'cli-table3': ['cli'],
  asciichart: ['cli'],
  yaml: ['dialects'],
  undici: ['operations'],
  'proper-lockfile': ['operations'],
  diff: ['operations'],
  qr: ['operations'],
  pngjs: ['operations'],
  'jpeg-js': ['operations'],
  '@peculiar/asn1-schema': ['operations'],
  '@peculiar/asn1-x509': ['operations'],
}

/** Commands reach the operations, never what is below; the terminal knows faults, texts and the operations' types. */
const REACH = {
  cli: ['faults', 'text', 'operations'],
  commands: ['cli', 'operations', 'faults'],
}

const within = (names) => `^src/(${names.join('|')})/`
const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function layerRule({ name, folders }, index) {
  return {
    name: `layer-${name}`,
    comment: `${folders.join(', ')}: only lower layers`,
    severity: 'error',
    from: { path: within(folders) },
    to: { path: '^src/', pathNot: within(LAYERS.slice(0, index + 1).flatMap((layer) => layer.folders)) },
  }
}

function siblingRule({ name, folders }) {
  return {
    name: `siblings-${name}`,
    comment: 'what two siblings need belongs in a lower layer',
    severity: 'error',
    from: { path: within(folders) },
    to: { path: within(folders), pathNot: '^src/$1/' },
  }
}

function builtinRule({ name, folders, builtins }) {
  const to = { dependencyTypes: ['core'] }
  if (builtins.length > 0) to.pathNot = `^(node:)?(${builtins.map(literally).join('|')})$`
  return {
    name: `builtins-${name}`,
    comment: `of Node: ${builtins.join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: within(folders) },
    to,
  }
}

function packageRule([name, owners]) {
  return {
    name: `package-${name}`,
    comment: `${name} is for ${owners.join(', ')}`,
    severity: 'error',
    from: { path: '^src/', pathNot: within(owners) },
    to: { path: `(^|node_modules/)${literally(name)}(/|$)` },
  }
}

function reachRule([name, allowed]) {
  return {
    name: `reach-${name}`,
    comment: `${name}/ imports ${allowed.join(', ')} and nothing else of ours`,
    severity: 'error',
    from: { path: within([name]) },
    to: { path: '^src/', pathNot: within([name, ...allowed]) },
  }
}

module.exports = {
  forbidden: [
    ...LAYERS.slice(0, -1).map(layerRule),
    ...LAYERS.slice(1)
      .filter(({ folders }) => folders.length > 1)
      .map(siblingRule),
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
      from: { path: within(['cli']) },
      to: { path: within(['operations']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'contracts-types-only',
      comment: 'a contract holds no runtime value, so it imports none',
      severity: 'error',
      from: { path: within(['contracts']) },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'index-without-terminal',
      comment: 'the library loads no terminal package',
      severity: 'error',
      from: { path: '^src/(index|testing)\\.ts$' },
      to: { path: within(['cli', 'commands']) },
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
      from: { path: '^src/', pathNot: [within(FOLDERS), '^src/(index|testing)\\.ts$'] },
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
