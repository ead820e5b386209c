import { describe, expect, it } from 'vitest'
import { readCredentials } from '../../../src/http-proxy/basic.js'
import { type Field, parseHead } from '../../../src/http-proxy/head.js'
import { parseRequest } from '../../../src/http-proxy/request.js'

const LENGTH = 60_000
/** What looks at each character once takes about a millisecond; what backtracks takes seconds. */
const SOON_MS = 200

function timed<T>(action: () => T): T {
  const started = performance.now()
  const result = action()
  expect(performance.now() - started).toBeLessThan(SOON_MS)
  return result
}

function credentialsOf(value: string) {
  const fields: readonly Field[] = [['Proxy-Authorization', value]]
  return readCredentials(fields)
}

describe('a head of 60 KB', () => {
  it.each([[' '], ['\t'], [' \t'], [','], [':']])(
    'is read in a moment when a value holds %j over and over',
    (unit) => {
      const inner = `a${unit.repeat(LENGTH / unit.length)}b`
      const bytes = Buffer.from(
        `GET / HTTP/1.1\r\nHost: x\r\nX: \t ${inner} \t\r\nConnection: ${inner}\r\n\r\n`,
      )
      const head = timed(() => parseHead(bytes))
      expect(head.fields[1]).toEqual(['X', inner])
      expect(timed(() => parseRequest(head, { allowTransparent: true })).method).toBe('GET')
    },
  )

  it('is read in a moment when its values are empty', () => {
    const head = timed(() => parseHead(Buffer.from(`A\r\nX:${' '.repeat(LENGTH)}\r\nY:\t\r\nZ:\r\n\r\n`)))
    expect(head.fields).toEqual([
      ['X', ''],
      ['Y', ''],
      ['Z', ''],
    ])
  })
})

describe('Basic credentials', () => {
  const login = Buffer.from('ann:s:e').toString('base64')

  it.each([`Basic ${login}`, `basic   ${login}`, `BASIC ${login} `])('are read from %j', (value) => {
    expect(credentialsOf(value)).toEqual({ user: 'ann', pass: 's:e' })
  })

  it('are read at their longest', () => {
    const [user, pass] = ['u'.repeat(255), 'p'.repeat(255)]
    expect(credentialsOf(`Basic ${Buffer.from(`${user}:${pass}`).toString('base64')}`)).toEqual({
      user,
      pass,
    })
  })

  it.each([
    ['another scheme', `Bearer ${login}`],
    ['no scheme', login],
    ['no base64', 'Basic a!b'],
    ['two values', `Basic ${login} ${login}`],
    ['no colon', `Basic ${Buffer.from('ann').toString('base64')}`],
    ['more than 1 KiB', `Basic ${Buffer.from(`ann:${'p'.repeat(1000)}`).toString('base64')}`],
    ['spaces without end', `Basic${' '.repeat(LENGTH)}!`],
    ['equals signs without end', `Basic ${'='.repeat(LENGTH)}!`],
  ])('are not read from %s', (_name, value) => {
    expect(timed(() => credentialsOf(value))).toBeUndefined()
  })
})
