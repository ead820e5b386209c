import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveLines } from '../../../src/cli/live-lines.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A terminal that remembers what was written to it. */
function makeTerminal() {
  let written = ''
  const write = (text: string): void => {
    written += text
  }
  const take = (): string => {
    const taken = written
    written = ''
    return taken
  }
  return { terminal: { columns: 10, rows: 4, write }, take }
}

describe('lines that are drawn again and again', () => {
  it('begin where they began before, and are gone at the end', () => {
    const { terminal, take } = makeTerminal()
    let lines = ['a', 'b']
    const live = new LiveLines(terminal, () => lines)
    live.start()
    vi.advanceTimersByTime(100)
    expect(take()).toBe('\r\u001b[Ja\nb\n')
    lines = ['c']
    vi.advanceTimersByTime(100)
    expect(take()).toBe('\u001b[2A\r\u001b[Jc\n')
    live.stop()
    expect(take()).toBe('\u001b[1A\r\u001b[J')
    vi.advanceTimersByTime(1_000)
    expect(take()).toBe('')
  })

  it('fit the terminal, and cannot steer it', () => {
    const { terminal, take } = makeTerminal()
    const rowsGiven: number[] = []
    const live = new LiveLines(terminal, (rows) => {
      rowsGiven.push(rows)
      return ['\u001b[2Jxxxxxxxxxx', '1', '2', '3', '4']
    })
    live.start()
    vi.advanceTimersByTime(100)
    expect(take()).toBe('\r\u001b[J\\x1b[2Jxx\n1\n2\n')
    expect(rowsGiven).toEqual([3])
    live.stop()
  })

  it('leave nothing where nothing was drawn', () => {
    const { terminal, take } = makeTerminal()
    const live = new LiveLines(terminal, () => ['a'])
    live.start()
    live.stop()
    expect(take()).toBe('')
  })
})
