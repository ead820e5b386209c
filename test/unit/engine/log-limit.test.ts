import { describe, expect, it } from 'vitest'
import type { LogFields, Logger } from '../../../src/contracts/logger.js'
import { limitWarnings } from '../../../src/engine/log-limit.js'
import { makeFakeClock } from '../../../src/testing.js'

function makeLimited() {
  const lines: { level: string; message: string; fields: LogFields | undefined }[] = []
  const note =
    (level: string) =>
    (message: string, fields?: LogFields): void => {
      lines.push({ level, message, fields })
    }
  const logger: Logger = {
    debug: note('debug'),
    info: note('info'),
    warning: note('warning'),
    error: note('error'),
  }
  const clock = makeFakeClock()
  return { logger: limitWarnings(logger, clock), clock, lines }
}

describe('warnings of one kind about one source', () => {
  it('are told five times a minute, then summed up', () => {
    const { logger, clock, lines } = makeLimited()
    for (let port = 1; port <= 100; port++) {
      logger.warning('refused', { source: `9.9.9.9:${port}`, code: 'VMESS_USER' })
    }
    expect(lines.length).toBe(5)
    clock.advance(60_000)
    logger.warning('refused', { source: '9.9.9.9:101', code: 'VMESS_USER' })
    expect(lines.slice(5)).toEqual([
      { level: 'warning', message: 'more of the same was held back', fields: { lines: 95 } },
      { level: 'warning', message: 'refused', fields: { source: '9.9.9.9:101', code: 'VMESS_USER' } },
    ])
  })

  it.each([
    ['address', { source: '9.9.9.8:1', code: 'VMESS_USER' }],
    ['IPv6 address', { source: '[2001:db8::1]:1', code: 'VMESS_USER' }],
    ['code', { source: '9.9.9.9:1', code: 'VMESS_REPLAY' }],
  ])('do not silence another %s', (_, fields) => {
    const { logger, lines } = makeLimited()
    for (let i = 0; i < 10; i++) logger.warning('refused', { source: '9.9.9.9:1', code: 'VMESS_USER' })
    logger.warning('refused', fields)
    expect(lines.at(-1)?.fields).toBe(fields)
  })

  it.each(['[2001:db8::1]:1', '2001:db8::1', '9.9.9.9'])(
    'are told apart by address, not port: %s',
    (source) => {
      const { logger, lines } = makeLimited()
      for (let i = 0; i < 10; i++) {
        logger.warning('refused', { source: source.replace(/\]:1$/, `]:${i}`), code: 'VMESS_USER' })
      }
      expect(lines.length).toBe(5)
    },
  )

  it('begin a new minute when the clock is set back', () => {
    const { logger, clock, lines } = makeLimited()
    for (let i = 0; i < 10; i++) logger.warning('refused')
    clock.advance(-3_600_000)
    logger.warning('refused')
    expect(lines.length).toBe(7)
  })
})

it('bounds the lines and the memory that a flood of sources can cause', () => {
  const { logger, lines } = makeLimited()
  for (let i = 0; i < 20_000; i++) logger.warning('refused', { source: `10.0.${i >> 8}.${i & 255}:1` })
  expect(lines.length).toBe(1_024)
})

it('lets every other level pass', () => {
  const { logger, lines } = makeLimited()
  for (let i = 0; i < 10; i++) {
    logger.debug('a')
    logger.info('b')
    logger.error('c')
  }
  expect(lines.length).toBe(30)
})
