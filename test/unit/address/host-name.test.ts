import { describe, expect, it } from 'vitest'
import { isHostName } from '../../../src/address/host-name.js'

describe('isHostName', () => {
  it.each(['a', 'example.com', 'xn--bcher-kva.example', '_srv.example', 'bücher.example', 'a'.repeat(255)])(
    'takes %s',
    (name) => {
      expect(isHostName(name)).toBe(true)
    },
  )

  it.each([
    '',
    'a b',
    'a\0.example.com',
    'a\r\nb',
    'a/b',
    'a:1',
    'u@h',
    'a?b',
    'a#b',
    '[::1]',
    'a%00',
    '\ufffd',
    'a\u0085b',
    'a\u00adb',
    'a\u200bb',
    'a\u202eb',
    'a\u2028b',
    'a\u2029b',
    '\u2066a',
    '\ufeffa',
    'a'.repeat(256),
    'ü'.repeat(128),
  ])('refuses %j', (name) => {
    expect(isHostName(name)).toBe(false)
  })
})
