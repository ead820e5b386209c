import { describe, expect, it } from 'vitest'
import { parseDuration, parseHost, parseHostPort } from '../../../src/cli/flags.js'

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

describe('a host', () => {
  it.each([
    ['vpn.example.com', 'vpn.example.com'],
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
  ])('%s', (text, host) => {
    expect(parseHost(text)).toBe(host)
  })

  it.each(['', 'vpn.example.com:443', 'a b', '[vpn]', 'http://vpn', '192.0.2.7/24'])('%j is none', (text) => {
    expect(parseHost(text)).toBeUndefined()
  })
})
