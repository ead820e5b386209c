import { describe, expect, it } from 'vitest'
import { typedWords, unknownCommand } from '../../../src/cli/unknown-command.js'

const COMMANDS = ['serve', 'connect', 'uuid']

describe('words that name no command', () => {
  it('do not repeat a share link, and point to the command that takes it', () => {
    const { code, what, hint } = unknownCommand(typedWords('vmess://c2VjcmV0'), COMMANDS)
    expect([code, what, hint]).toEqual([
      'CLI_USAGE',
      'unknown command: vmess://****',
      'did you mean: vmess connect LINK',
    ])
  })

  it('stay masked behind other words', () => {
    expect(typedWords('conect:now:vmess://c2VjcmV0:--qr')).toBe('conect now vmess://****')
  })
})
