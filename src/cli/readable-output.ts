import { fstatSync } from 'node:fs'

const GROUP_AND_OTHERS_READ = 0o044
const STDOUT = 1

/** Secrets are going into a file that others can read: says so on stderr, as `wg genkey` does. */
export function warnIfOthersCanRead(): void {
  const file = fstatSync(STDOUT)
  if (process.platform === 'win32' || !file.isFile() || (file.mode & GROUP_AND_OTHERS_READ) === 0) return
  process.stderr.write('warning: others can read the file this id goes to; set umask 077 first\n')
}
