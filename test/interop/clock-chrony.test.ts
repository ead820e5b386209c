/** `vmess clock` against real chrony, right and shifted: the skew is known, because it is this machine's own clock. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measureClock, type TimeServer } from '../../src/operations/clock.js'
import { freePort } from '../support/free-port.js'
import { makeFolder, runProgram } from '../support/spawned-program.js'

const SHIFT_MS = 100_000
const MOST_WRONG_MS = 5
/** chrony lives in a folder that only administrators search. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`

function has(program: string): boolean {
  return spawnSync(program, ['--version'], { env: { PATH }, stdio: 'ignore' }).error === undefined
}

const children: ChildProcess[] = []
afterAll(async () => {
  for (const child of children) {
    // faketime leaves its child behind: the whole group ends.
    if (child.pid !== undefined) process.kill(-child.pid)
    await once(child, 'close')
  }
})

/** A chronyd of any user, which serves this machine's clock and leaves it alone. */
async function startChrony(shift: readonly string[] = []): Promise<TimeServer> {
  const port = await freePort()
  const file = join(makeFolder(), 'chrony.conf')
  writeFileSync(
    file,
    `port ${port}
cmdport 0
bindaddress 127.0.0.1
allow 127.0.0.1
local stratum 10
pidfile ${file}.pid
`,
  )
  const [program = 'chronyd', ...args] = [...shift, 'chronyd', '-d', '-x', '-U', '-f', file]
  const child = spawn(program, args, { env: { PATH }, stdio: 'ignore', detached: true })
  children.push(child)
  const server = { host: '127.0.0.1', port }
  await answers(server)
  return server
}

/** Asks until it answers: chronyd says nothing when it is ready. */
async function answers(server: TimeServer): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      await measureClock({ servers: [server], samples: 1, timeoutMs: 100, webServers: [] })
      return
    } catch (error) {
      if (i === 100) throw error
    }
  }
}

describe.skipIf(!has('chronyd'))('chrony (skipped where chronyd is missing)', () => {
  let right: TimeServer
  beforeAll(async () => {
    right = await startChrony()
  }, 20_000)

  it('agrees with us to 5 ms, each time', async () => {
    for (let i = 0; i < 5; i++) {
      const { skewMs, verdict, sources } = await measureClock({ servers: [right], spacingMs: 20 })
      expect(Math.abs(skewMs)).toBeLessThan(MOST_WRONG_MS)
      expect(verdict).toEqual({ level: 'good', aead: true, legacy: true })
      expect(sources[0]).toMatchObject({ stratum: 10, samples: 3, dropped: [] })
    }
  })

  it('ends the command with 0', async () => {
    const { exit, stdout } = await runProgram([
      'clock',
      '--server',
      `127.0.0.1:${right.port}`,
      '--limit',
      '1s',
    ])
    expect({ exit, verdict: stdout.includes('ok  VMess servers accept') }).toEqual({ exit: 0, verdict: true })
  })

  describe.skipIf(!has('faketime'))('whose clock is 100 s off (skipped where faketime is missing)', () => {
    let shifted: TimeServer
    beforeAll(async () => {
      shifted = await startChrony(['faketime', '-f', `+${SHIFT_MS / 1_000}s`])
    }, 20_000)

    it('is measured to 5 ms as well', async () => {
      const { skewMs, verdict } = await measureClock({ servers: [shifted], spacingMs: 20, samples: 5 })
      expect(Math.abs(skewMs + SHIFT_MS)).toBeLessThan(MOST_WRONG_MS)
      expect(verdict).toEqual({ level: 'warning', aead: true, legacy: false })
    })

    it('ends the command with 6', async () => {
      const { exit, stderr } = await runProgram(['clock', '--server', `127.0.0.1:${shifted.port}`])
      expect(exit).toBe(6)
      expect(stderr).toContain('Code: CLOCK_SKEW')
      expect(stderr).toMatch(/100 s behind; the limit is 90 s/)
    })
  })
})
