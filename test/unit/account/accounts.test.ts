import { describe, expect, it } from 'vitest'
import { makeAccountCheck } from '../../../src/account/accounts.js'

describe('makeAccountCheck', () => {
  it('asks for nothing without a list', () => {
    expect(makeAccountCheck(undefined)).toBeUndefined()
  })

  it('lets nobody in with an empty list', () => {
    expect(makeAccountCheck([])?.('', '')).toBe(false)
  })

  it('takes the last of two passwords for one name', () => {
    const check = makeAccountCheck([
      { user: 'a', pass: 'old' },
      { user: 'a', pass: 'new' },
      { user: 'ü', pass: 'pä:ss' },
    ])
    expect(check?.('a', 'old')).toBe(false)
    expect(check?.('a', 'new')).toBe(true)
    expect(check?.('a', 'newer')).toBe(false)
    expect(check?.('b', 'new')).toBe(false)
    expect(check?.('ü', 'pä:ss')).toBe(true)
  })
})
