/** Asking for what the flags of a pair leave open. */
import type { PairChoices } from '../operations/pair-choices.js'
import type { PairQuestion, PairSurroundings } from '../operations/pair-questions.js'
import type { Prompter } from './prompts.js'

export interface PairAsking {
  readonly questions: readonly PairQuestion[]
  readonly surroundings: PairSurroundings
}

/** The choices with an answer to each question that applies, in order. Throws `CLI_CANCELLED`. */
export async function askForPair(
  prompter: Prompter,
  given: PairChoices,
  { questions, surroundings }: PairAsking,
): Promise<PairChoices> {
  let choices = given
  for (const question of questions) {
    if (!question.applies(choices)) continue
    choices = { ...choices, ...question.answer(await ask(prompter, question, { choices, surroundings })) }
  }
  return choices
}

interface Asked {
  readonly choices: PairChoices
  readonly surroundings: PairSurroundings
}

function ask(prompter: Prompter, question: PairQuestion, { choices, surroundings }: Asked): Promise<string> {
  const message = `${question.message} (${question.flag})`
  const fallback = question.fallback(choices, surroundings)
  const options = question.options?.(choices)
  if (options !== undefined) return prompter.choose({ message, options, fallback })
  return prompter.text({ message, fallback, check: (answer) => question.check?.(answer) })
}
