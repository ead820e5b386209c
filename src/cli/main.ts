import { execute, settings } from '@oclif/core'
import { endQuietlyWithoutReader, outliveStderr } from './streams.js'

// oclif looks for these in the files that package.json names; here they cost no file of their own.
export { BaseCommand } from './base-command.js'
export { ProgramHelp } from './help.js'
export { commandNotFound } from './command-not-found.js'

/** Runs the command that `process.argv` names; `root` is the folder of package.json. */
export async function main(root: string): Promise<void> {
  endQuietlyWithoutReader()
  outliveStderr()
  // Otherwise NODE_ENV=development in a user's shell would send oclif looking for TypeScript sources.
  settings.enableAutoTranspile = false
  // User plugins would be looked up, and run, from the data directory.
  await execute({ loadOptions: { root, userPlugins: false, devPlugins: false } })
}
