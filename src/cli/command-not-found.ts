import { Errors, type Hook } from '@oclif/core'
import { describeFailure } from './failure.js'
import { paintFor } from './paint.js'
import { failureJson, renderFailure } from './render/failure.js'
import { printLine } from './streams.js'
import { commandNames, typedWords, unknownCommand } from './unknown-command.js'

/** oclif's hook for words that name no command; it gives them joined: `confg:new`. */
export const commandNotFound: Hook<'command_not_found'> = async ({ id, argv = [], config }) => {
  const fault = unknownCommand(typedWords(id), commandNames(config.commands))
  const failure = describeFailure(fault, { command: config.bin, flags: [] })
  const asJson = argv.includes('--json') || config.scopedEnvVar('CONTENT_TYPE')?.toLowerCase() === 'json'
  if (asJson) await printLine(process.stdout, JSON.stringify(failureJson(failure), null, 2))
  else process.stderr.write(renderFailure(failure, await paintFor('stderr')))
  throw new Errors.ExitError(failure.exitCode)
}
