/**
 * Questions. Each stands for a flag or argument, is asked only of a person at a terminal, and is drawn on
 * stderr, so that a redirected answer holds nothing else.
 */
import { Fault } from '../faults/fault.js'

export interface AskingFlags {
  readonly 'no-input'?: boolean | undefined
  readonly json?: boolean | undefined
}

export interface Question {
  /** Without a colon; names the argument or flag that would have answered it. */
  readonly message: string
  /** True, or what is wrong with the answer. */
  readonly validate: (answer: string) => true | string | Promise<true | string>
}

/** Whether there is somebody to ask. */
export function mayAsk(flags: AskingFlags): boolean {
  const forbidden = flags['no-input'] === true || flags.json === true || Boolean(process.env.CI)
  return !forbidden && process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** One line of text. Throws `CLI_CANCELLED` when the person interrupts. */
export async function askText({ message, validate }: Question): Promise<string> {
  const { default: inquirer } = await import('inquirer')
  const prompt = inquirer.createPromptModule({ output: process.stderr })
  try {
    const { answer } = await prompt<{ answer: string }>([
      { type: 'input', name: 'answer', message, validate },
    ])
    return answer.trim()
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new Fault('CLI_CANCELLED')
    throw error
  }
}
