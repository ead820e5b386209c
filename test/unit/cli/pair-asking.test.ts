import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askForPair } from '../../../src/cli/pair-asking.js'
import { type ChoicePrompt, makePrompter, type Prompter, type TextPrompt } from '../../../src/cli/prompts.js'
import { planPair, type PairChoices } from '../../../src/operations/pair-choices.js'
import { pairCommandLine } from '../../../src/operations/pair-command-line.js'
import { PAIR_QUESTIONS } from '../../../src/operations/pair-questions.js'
import { rejectionOf } from '../../support/fault-of.js'

interface Script {
  readonly prompter: Prompter
  /** What was asked, by the flags that would have answered it. */
  readonly asked: string[]
  readonly prompts: (TextPrompt | ChoicePrompt)[]
}

/** Answers by flag; Enter for those it has none for. */
function script(answers: Readonly<Record<string, string>>): Script {
  const asked: string[] = []
  const prompts: (TextPrompt | ChoicePrompt)[] = []
  const answer = (prompt: TextPrompt | ChoicePrompt): string => {
    const flag = /--[a-z-]+/.exec(prompt.message)?.[0] ?? ''
    asked.push(flag)
    prompts.push(prompt)
    return answers[flag] ?? prompt.fallback
  }
  const prompter: Prompter = {
    text: async (prompt) => {
      const text = answer(prompt)
      expect(prompt.check(text)).toBeUndefined()
      return text
    },
    choose: async (prompt) => {
      const word = answer(prompt)
      expect(prompt.options.map(({ value }) => value)).toContain(word)
      return word
    },
  }
  return { prompter, asked, prompts }
}

const ASKING = { questions: PAIR_QUESTIONS, surroundings: { address: '203.0.113.7' } }

function ask({ prompter }: Script, given: PairChoices = {}): Promise<PairChoices> {
  return askForPair(prompter, given, ASKING)
}

describe('the questions', () => {
  it('come in one order, and Enter is an answer to each', async () => {
    const scripted = script({})
    expect(await ask(scripted)).toEqual({
      purpose: 'internet',
      address: '203.0.113.7',
      transport: 'tcp',
      tls: 'self-signed',
      port: 443,
      names: ['user1'],
      security: 'auto',
    })
    expect(scripted.asked).toEqual([
      '--for',
      '--address',
      '--transport',
      '--self-signed',
      '--port',
      '--name',
      '--security',
    ])
  })

  it('ask for the files of a certificate of your own', async () => {
    const answers = { '--self-signed': 'files', '--cert': '/c.pem', '--key': '/k.pem' }
    const scripted = script(answers)
    expect(await ask(scripted)).toMatchObject({ tls: 'files', certificateFile: '/c.pem', keyFile: '/k.pem' })
  })

  it('do not ask for TLS where there is no choice', async () => {
    for (const given of [{ purpose: 'web' }, { transport: 'kcp' }] as const) {
      const scripted = script({})
      await ask(scripted, given)
      expect(scripted.asked).not.toContain('--self-signed')
    }
  })

  it('offer what goes together', async () => {
    const optionsOf = async (given: PairChoices, flag: string): Promise<string[]> => {
      const scripted = script({})
      await ask(scripted, given)
      const prompt = scripted.prompts[scripted.asked.indexOf(flag)]
      return prompt !== undefined && 'options' in prompt ? prompt.options.map(({ value }) => value) : []
    }
    expect(await optionsOf({ purpose: 'web' }, '--transport')).toEqual(['ws', 'httpupgrade', 'grpc'])
    expect(await optionsOf({ transport: 'h2' }, '--self-signed')).toEqual(['self-signed', 'files'])
  })

  it('know tcp with a header as one answer', async () => {
    expect(await ask(script({ '--transport': 'tcp+http' }))).toMatchObject({
      transport: 'tcp',
      header: 'http',
    })
  })

  it('take several names', async () => {
    expect(await ask(script({ '--name': 'alice, bob carol' }))).toMatchObject({
      names: ['alice', 'bob', 'carol'],
    })
  })

  it('are not asked when a flag has answered them, each of them', async () => {
    const answered = await ask(script({ '--self-signed': 'files' }))
    const scripted = script({})
    await ask(scripted, { ...answered, certificateFile: '/c', keyFile: '/k' })
    expect(scripted.asked).toEqual([])
  })

  it.each(['', 'internet', 'web', 'local'])('lead to a pair whatever is chosen, for %s', async (purpose) => {
    const transports =
      purpose === 'web' ? ['ws', 'httpupgrade', 'grpc'] : ['tcp', 'tcp+http', 'ws', 'h2', 'kcp']
    for (const transport of transports) {
      const choices = await ask(
        script({ '--transport': transport, ...(purpose !== '' && { '--for': purpose }) }),
      )
      await expect(planPair(choices)).resolves.toBeDefined()
    }
  })

  it('every flag that they name is one of the command line', async () => {
    const { default: Init } = await import('../../../src/commands/init.js')
    const flags = Object.keys(Init.flags).map((name) => `--${name}`)
    for (const { flag } of PAIR_QUESTIONS) {
      for (const name of flag.match(/--[a-z-]+/g) ?? []) expect(flags).toContain(name.replace('--no-', '--'))
    }
  })
})

describe('the command that asks nothing', () => {
  it.each<[PairChoices, string]>([
    [
      { transport: 'tcp', header: 'http', path: '/a', host: 'b.example' },
      '--header http --path /a --host b.example',
    ],
    [{ transport: 'ws', path: "/it's" }, `--transport ws --path '/it'\\''s'`],
    [{ transport: 'grpc', serviceName: 'svc' }, '--transport grpc --service-name svc'],
    [{ transport: 'kcp', header: 'utp', seed: 's$' }, `--header utp --seed 's$'`],
    [{ transport: 'kcp', seed: '' }, `--seed ''`],
    [{ transport: 'h2', path: '/p' }, '--transport h2 --path /p --host a.example'],
    [{ purpose: 'web', path: '/p' }, '--for web --address a.example --port 443 --listen 127.0.0.1:10000'],
    [{ alterId: 4 }, '--alter-id 4'],
    [{ tls: 'files', certificateFile: '/c', keyFile: '/k' }, '--cert /c --key /k --sni a.example'],
  ])('%j', async (choices, words) => {
    const plan = await planPair({ address: 'a.example', ...choices })
    const line = pairCommandLine(plan, { dir: 'x', format: 'v2ray4' })
    expect(line).toContain(words)
    expect(line).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/)
  })
})

describe('a person at a terminal', () => {
  /** What inquirer draws is heard, and answered when a phrase is there. */
  function streams(answers: readonly (readonly [phrase: string, keys: string])[]) {
    const input = new PassThrough()
    let drawn = ''
    let next = 0
    const output = new Writable({
      write(chunk, _encoding, done) {
        drawn += String(chunk)
        const [phrase, keys] = answers[next] ?? []
        if (phrase !== undefined && drawn.includes(phrase)) {
          next++
          drawn = ''
          setImmediate(() => input.write(keys))
        }
        done()
      },
    })
    // Each prompt ends its output.
    output.end = () => output
    return { input, output }
  }

  it('answers a choice with arrows and a text with its default', async () => {
    const prompter = makePrompter(
      streams([
        ['Which', '\u001b[B\r'],
        ['Name', '\r'],
      ]),
    )
    const options = ['a', 'b'].map((value) => ({ value, label: `the ${value}` }))
    expect(await prompter.choose({ message: 'Which', options, fallback: 'a' })).toBe('b')
    expect(await prompter.text({ message: 'Name', fallback: 'bob', check: () => undefined })).toBe('bob')
  })

  it('hears what is wrong while typing', async () => {
    const check = (text: string) => (text === 'good' ? undefined : 'is not good')
    const prompter = makePrompter(
      streams([
        ['Name', 'bad'],
        ['[is not good] bad', '\u0015good\r'],
      ]),
    )
    expect(await prompter.text({ message: 'Name', fallback: '', check })).toBe('good')
  })

  it('cancels', async () => {
    const prompter = makePrompter(streams([['Name', '\u0003']]))
    const asked = prompter.text({ message: 'Name', fallback: '', check: () => undefined })
    expect(await rejectionOf(asked)).toMatchObject({ code: 'CLI_CANCELLED' })
  })
})
