import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveLine } from '../../../src/cli/live-line.js'

let written: string
let count: number
let live: LiveLine

beforeEach(() => {
  vi.useFakeTimers()
  written = ''
  count = 0
  const terminal = {
    columns: 12,
    write: (text: string) => {
      written += text
    },
  }
  live = new LiveLine(terminal, () => `status ${++count} and more`)
})

afterEach(() => {
  live.stop()
  vi.useRealTimers()
})

const ERASE = '\r\u001b[2K'

describe('the live line', () => {
  it('is drawn again every second, cut to the terminal', () => {
    live.start()
    vi.advanceTimersByTime(1_000)
    expect(written).toBe(`${ERASE}status 1 an${ERASE}status 2 an`)
  })

  it('lets other lines pass above it, without counting again', () => {
    live.start()
    written = ''
    live.print('a log line')
    expect(written).toBe(`${ERASE}a log line\n${ERASE}status 1 an`)
  })

  it('is not there before it starts and after it stops', () => {
    live.print('before')
    live.start()
    live.stop()
    written = ''
    live.print('after')
    vi.advanceTimersByTime(5_000)
    expect(written).toBe('after\n')
  })
})
