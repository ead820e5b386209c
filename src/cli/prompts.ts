/**
 * Questions. Each stands for a flag or argument, is asked only of a person at a terminal, and is drawn on
 * stderr, so that a redirected answer holds nothing else.
 */
import type { DistinctQuestion } from 'inquirer'
import { Fault } from '../faults/fault.js'
import { visible } from './render/visible.js'

type InquirerQuestion = DistinctQuestion<{ answer: string }> & { readonly name: 'answer' }

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

/** Lines of a list, at least. */
const MIN_PAGE = 3

export interface TextPrompt {
  /** Names the flag that would have answered it. */
  readonly message: string
  /** What Enter means; empty when there is nothing to suggest. */
  readonly fallback: string
  /** What is wrong with a text; asked with every key, so it has to be quick. */
  readonly check: (answer: string) => string | undefined
}

export interface ChoicePrompt {
  readonly message: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  /** Where the cursor begins. */
  readonly fallback: string
}

/** Whoever answers: a person at a terminal, or a script in a test. Throws `CLI_CANCELLED`. */
export interface Prompter {
  text(prompt: TextPrompt): Promise<string>
  choose(prompt: ChoicePrompt): Promise<string>
}

/** Where questions are read from and drawn; a terminal's streams unless given. */
export interface PromptStreams {
  readonly input?: NodeJS.ReadableStream
  readonly output?: NodeJS.WritableStream
}

/** A person, by way of inquirer. */
export function makePrompter(streams: PromptStreams = {}): Prompter {
  return {
    text: ({ message, fallback, check }) =>
      askInquirer(streams, {
        type: 'input',
        name: 'answer',
        message,
        ...(fallback !== '' && { default: fallback }),
        validate: (answer: string) => check(answer.trim()) ?? true,
        // In front of the text, so that the cursor stays behind it.
        transformer: (answer: string, { isFinal }: { isFinal: boolean }) => {
          const complaint = isFinal || answer === '' ? undefined : check(answer.trim())
          return complaint === undefined ? answer : `[${complaint}] ${answer}`
        },
      }),
    choose: ({ message, options, fallback }) => {
      const width = Math.max(...options.map(({ value }) => value.length))
      return askInquirer(streams, {
        type: 'select',
        name: 'answer',
        message,
        default: fallback,
        loop: false,
        pageSize: Math.max(MIN_PAGE, Math.min(options.length, (process.stderr.rows ?? 24) - 4)),
        choices: options.map(({ value, label }) => ({
          value,
          short: visible(value),
          name: `${visible(value.padEnd(width))}  ${label}`,
        })),
      })
    },
  }
}

/** One line of text. Throws `CLI_CANCELLED` when the person interrupts. */
export function askText({ message, validate }: Question): Promise<string> {
  return askInquirer({}, { type: 'input', name: 'answer', message, validate })
}

async function askInquirer(streams: PromptStreams, question: InquirerQuestion): Promise<string> {
  const { default: inquirer } = await import('inquirer')
  const { input = process.stdin, output = process.stderr } = streams
  const prompt = inquirer.createPromptModule({ input, output })
  try {
    const { answer } = await prompt<{ answer: string }>([question])
    return answer.trim()
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new Fault('CLI_CANCELLED')
    throw error
  }
}
