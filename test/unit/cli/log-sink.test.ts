import { describe, expect, it } from 'vitest'
import { makeLogSink } from '../../../src/cli/log-sink.js'
import { PLAIN } from '../../../src/cli/paint.js'
import type { Logger, LogLevel } from '../../../src/operations/logger.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'

interface Setup {
  readonly level?: LogLevel
  readonly format?: 'text' | 'json'
  readonly withTime?: boolean
}

async function makeSink({ level = 'info', format = 'text', withTime = false }: Setup = {}): Promise<{
  log: Logger
  lines: string[]
}> {
  const lines: string[] = []
  const write = (line: string): void => {
    lines.push(line)
  }
  const log = await makeLogSink({ level, format, withTime, human: false, paint: PLAIN, write })
  return { log, lines }
}

describe('the log', () => {
  it('is `level message key=value` where somebody else keeps the time', async () => {
    const { log, lines } = await makeSink()
    log.warning('flow failed', { id: 3, reason: 'no answer in time', email: undefined })
    expect(lines).toEqual(['warning flow failed id=3 reason="no answer in time"'])
  })

  it('has an ISO time otherwise', async () => {
    const { log, lines } = await makeSink({ withTime: true })
    log.info('ready')
    expect(lines[0]).toMatch(/^info \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ready$/)
  })

  it('is one JSON document per line if wanted', async () => {
    const { log, lines } = await makeSink({ format: 'json' })
    log.error('cannot go on', { id: 3 })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'error', id: 3, message: 'cannot go on' },
    ])
  })

  it.each([
    ['debug', ['debug', 'info', 'warning', 'error']],
    ['warning', ['warning', 'error']],
    ['error', ['error']],
    ['none', []],
  ] as const)('at level %s holds %j', async (level, expected) => {
    const { log, lines } = await makeSink({ level })
    for (const name of ['debug', 'info', 'warning', 'error'] as const) log[name]('x')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(expected)
  })

  it('drops what cannot be written, and says once how much it was', async () => {
    const lines: string[] = []
    let full = true
    const write = (line: string): void => {
      if (full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      lines.push(line)
    }
    const log = await makeLogSink({
      level: 'warning',
      format: 'text',
      withTime: false,
      human: false,
      paint: PLAIN,
      write,
    })
    log.warning('one')
    log.error('two')
    log.info('below the level')
    full = false
    log.warning('three')
    log.warning('four')
    expect(lines).toEqual(['warning three', 'error log lines were lost lines=2', 'warning four'])
  })

  it('never holds an id or a link', async () => {
    const { log, lines } = await makeSink()
    log.info(`user ${ID}`, { note: `from vmess://YWJj and ${ID.replaceAll('-', '')}` })
    expect(lines).toEqual(['info user b3f1**** note="from vmess://**** and b3f1****"'])
  })
})
