import { execute, settings } from '@oclif/core'
import { endQuietlyWithoutReader } from './streams.js'

/** Runs the command that `process.argv` names; `root` is the folder of package.json. */
export async function main(root: string): Promise<void> {
  endQuietlyWithoutReader()
  // Otherwise NODE_ENV=development in a user's shell would send oclif looking for TypeScript sources.
  settings.enableAutoTranspile = false
  // User plugins would be looked up, and run, from the data directory.
  await execute({ loadOptions: { root, userPlugins: false, devPlugins: false } })
}
