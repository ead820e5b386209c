// Loads the program's files, and keeps the code that V8 makes of them for the next run: making it anew takes
// longer than a bare `node` does. Node 20 has no cache for that. Later ones have, but keep only what was compiled
// while loading, and search for each file that is required; so this one is used on all of them.
//
// What is kept is run later, so it must be ours: it is read only from a folder that is the user's and that
// nobody else can write to. It is bound to the build, to Node's version and to the file's time; V8 itself refuses
// code of another version of its own, for other flags or for another processor. Nothing here fails a run:
// without the cache it only takes longer.
const fs = require('node:fs')
const { dirname, isAbsolute, join, sep } = require('node:path')
const { Script } = require('node:vm')

const PROGRAM = join(__dirname, '..', 'dist', 'program')
/** Folders that stay: one for each build and version of Node. */
const KEPT_FOLDERS = 4

/** Windows has no user ids; there a user's folders are their own. */
const userId = process.getuid?.()
const modules = new Map()
/** What is not kept yet, or was refused: the script by the path of its entry. */
const fresh = new Map()
let folder
let canRead = false

/** Loads a file of `dist/program`. `cache` is the folder of this program's cache, which may not exist. */
exports.loadProgram = (name, cache) => {
  const file = join(PROGRAM, name)
  // Source maps are looked at only where Node itself loads the files.
  if (process.env.NODE_DISABLE_COMPILE_CACHE || process.sourceMapsEnabled) return require(file)
  const build = fs.readFileSync(join(PROGRAM, 'build-id'), 'latin1')
  folder = join(cache, 'code', `${build}-${process.version}-${process.arch}`)
  canRead = isOursAlone(status(folder))
  process.on('exit', keep)
  return load(file)
}

function load(file) {
  const known = modules.get(file)
  if (known !== undefined) return known.exports
  const module = { exports: {} }
  modules.set(file, module)
  try {
    compile(file).call(module.exports, module.exports, requireFrom(file), module, file, dirname(file))
  } catch (error) {
    modules.delete(file)
    throw error
  }
  return module.exports
}

/** `require` for a file of the program: what is not a file of the program is left to Node. */
function requireFrom(file) {
  const ours = (name) => {
    if (name.startsWith('.')) return load(join(dirname(file), name))
    return isAbsolute(name) && name.startsWith(PROGRAM + sep) ? load(name) : require(name)
  }
  ours.resolve = require.resolve
  return ours
}

function compile(filename) {
  const text = fs.readFileSync(filename, 'utf8')
  const name = filename.slice(PROGRAM.length + 1).replaceAll(sep, '-')
  const entry = join(folder, `${name}-${Math.trunc(fs.statSync(filename).mtimeMs)}`)
  const cachedData = canRead ? readEntry(entry) : undefined
  const source = `(function (exports, require, module, __filename, __dirname) {${text}\n})`
  const script = new Script(source, { filename, cachedData })
  if (cachedData === undefined || script.cachedDataRejected) fresh.set(entry, script)
  return script.runInThisContext()
}

function readEntry(path) {
  let file
  try {
    file = fs.openSync(path)
    return isOursAlone(fs.fstatSync(file)) ? fs.readFileSync(file) : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) fs.closeSync(file)
  }
}

/** Undefined when nothing is there, or when it cannot be looked at. */
function status(path) {
  try {
    return fs.lstatSync(path)
  } catch {
    return undefined
  }
}

function isOurs(found) {
  return found !== undefined && (userId === undefined || found.uid === userId)
}

/** Not a link either, which has all the bits. */
function isOursAlone(found) {
  return isOurs(found) && (userId === undefined || (found.mode & 0o022) === 0)
}

/** Writes what is missing: each entry whole or not at all, because other runs read them. */
function keep() {
  if (fresh.size === 0) return
  try {
    if (!makeFolder()) return
    for (const [entry, script] of fresh) {
      const unfinished = `${entry}.${process.pid}`
      fs.writeFileSync(unfinished, script.createCachedData(), { mode: 0o600 })
      fs.renameSync(unfinished, entry)
    }
  } catch {
    // A home that cannot be written to, or a full disk.
  }
}

/** False where others could write, and in another user's home, where `sudo` may have left us. */
function makeFolder() {
  let nearest = folder
  while (status(nearest) === undefined) nearest = dirname(nearest)
  if (!isOurs(fs.statSync(nearest))) return false
  if (nearest === folder) return canRead
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  removeOldFolders(dirname(folder))
  return true
}

function removeOldFolders(parent) {
  const made = fs.readdirSync(parent).map((name) => join(parent, name))
  const times = new Map(made.map((path) => [path, fs.lstatSync(path).mtimeMs]))
  made.sort((a, b) => times.get(b) - times.get(a))
  for (const path of made.slice(KEPT_FOLDERS)) fs.rmSync(path, { recursive: true, force: true })
}
