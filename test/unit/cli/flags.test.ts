import { describe, expect, it } from 'vitest'
import { isLoopback, parseDuration, parseHostPort } from '../../../src/cli/flags.js'

describe('an address to listen on', () => {
  it.each([
    ['1080', '127.0.0.1', 1080],
    [':1080', '127.0.0.1', 1080],
    ['0', '127.0.0.1', 0],
    ['0.0.0.0:65535', '0.0.0.0', 65_535],
    ['localhost:80', 'localhost', 80],
    ['[::1]:443', '::1', 443],
    ['[::]:443', '::', 443],
  ])('%s', (text, host, port) => {
    expect(parseHostPort(text)).toEqual({ host, port })
  })

  it.each([
    '',
    'x',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '::1:443',
    '[::1]',
    '1 2:3',
    '1:2:3',
    '-1',
  ])('%j is none', (text) => {
    expect(parseHostPort(text)).toBeUndefined()
  })
})

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['24h', 86_400_000],
    ['0s', 0],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '5', 's', '5 s', '-5s', '25h', '5d', '1e3ms'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

describe('loopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com'])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})
