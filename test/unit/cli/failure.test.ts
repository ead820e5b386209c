import { describe, expect, it } from 'vitest'
import { describeFailure, framesOf } from '../../../src/cli/failure.js'
import { PLAIN } from '../../../src/cli/paint.js'
import { failureJson, renderFailure } from '../../../src/cli/render/failure.js'
import { Fault } from '../../../src/faults/fault.js'

const SURROUNDINGS = { command: 'vmess serve', flags: ['--listen', '--config'] }
const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'

function usageError(message: string, facts: object = {}): Error {
  return Object.assign(new Error(message), { oclif: { exit: 2 }, ...facts })
}

describe('a failure', () => {
  it('of a fault has its what, why, code and hint', () => {
    const fault = new Fault('TRANSPORT_LISTEN', { why: '127.0.0.1:80: permission denied', hint: 'use sudo' })
    expect(describeFailure(fault, SURROUNDINGS)).toEqual({
      code: 'TRANSPORT_LISTEN',
      message: 'cannot listen: 127.0.0.1:80: permission denied',
      hints: ['use sudo'],
      exitCode: 9,
    })
  })

  it('shows no stack, unless it is our bug', () => {
    const bug = new TypeError('x is not a function')
    expect(describeFailure(new Fault('CLI_FILE'), SURROUNDINGS)).not.toHaveProperty('stack')
    expect(describeFailure(bug, SURROUNDINGS)).toMatchObject({
      code: 'INTERNAL_INVARIANT',
      exitCode: 1,
      stack: bug.stack,
    })
  })

  it('of usage says what was meant, and where the help is', () => {
    const error = usageError('Nonexistent flag: --lisen\nSee more help with --help', { flags: ['--lisen'] })
    expect(describeFailure(error, SURROUNDINGS)).toEqual({
      code: 'CLI_USAGE',
      message: 'Nonexistent flag: --lisen',
      hints: ['did you mean --listen', 'vmess serve --help'],
      exitCode: 2,
    })
  })

  it('of usage repeats no value where two flags exclude one another', () => {
    const said =
      'The following error occurred:\n  --id=secret cannot also be provided when using --config\nSee more help'
    const { message } = describeFailure(usageError(said), SURROUNDINGS)
    expect(message).toBe('--id and --config exclude one another')
  })

  it.each([
    ['Unexpected argument: secret\nSee more help with --help', 'unexpected argument'],
    ['Unexpected arguments: secret, secret\nSee more help', 'unexpected argument'],
    ['Missing required flag host\nSee more help with --help', '--host is needed'],
    [
      'Expected --log-format=secret to be one of: text, json\nSee more help',
      '--log-format: expected one of: text, json',
    ],
    [
      'Parsing --alter-id \n\tExpected an integer but received: secret\nSee more help',
      '--alter-id: Expected an integer',
    ],
  ])('of usage repeats no value: %j', (said, message) => {
    expect(describeFailure(usageError(said), SURROUNDINGS).message).toBe(message)
  })

  it('has frames that repeat nothing of the message', () => {
    const error = new TypeError(`no vmess://c2VjcmV0\nand no ${ID}`)
    expect(framesOf(error)).toMatch(/^TypeError\n\s+at /)
    expect(framesOf(error)).not.toMatch(/c2VjcmV0|b3f1/)
  })

  it('masks ids and links wherever they stand', () => {
    const fault = new Fault('CLI_FILE', { why: `${ID} in vmess://abc=`, hint: `try ${ID}` })
    const { message, hints } = describeFailure(fault, SURROUNDINGS)
    expect([message, ...hints]).toEqual(['the file cannot be read: b3f1**** in vmess://****', 'try b3f1****'])
  })
})

describe('the text of a failure', () => {
  const failure = { code: 'CLI_USAGE', message: 'one\ntwo', hints: ['a', 'b'], exitCode: 2 }

  it('marks every line and lists several hints', () => {
    expect(renderFailure(failure, PLAIN)).toBe(
      [
        ' ›   Error: one',
        ' ›   two',
        ' ›   Code: CLI_USAGE',
        ' ›   Try this:',
        ' ›     * a',
        ' ›     * b',
        '',
      ].join('\n'),
    )
  })

  it('is a document of its own in JSON', () => {
    expect(failureJson(failure)).toEqual({ ok: false, error: failure })
  })
})
