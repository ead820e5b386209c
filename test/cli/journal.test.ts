import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { PROGRAM } from '../support/spawned-program.js'

/** What systemd does: both streams are one, and the variable names it. */
const AS_UNIT = 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/1) exec "$0" "$@" 2>&1'

it.skipIf(process.platform !== 'linux')(
  'keeps the link out of the journal, and leaves the time to it',
  async () => {
    const args = [PROGRAM, 'serve', '-l', '0', '--log-level', 'info']
    const child = spawn('sh', ['-c', AS_UNIT, process.execPath, ...args])
    let said = ''
    for await (const text of child.stdout.setEncoding('utf8')) {
      said += text
      const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1]
      if (port !== undefined)
        connect(Number(port), '127.0.0.1')
          .on('error', () => child.kill())
          .end('x'.repeat(80))
      if (/^warning /m.test(said)) child.kill('SIGTERM')
    }
    expect(said).toMatch(/^warning \D/m)
    expect(said).not.toContain('vmess://')
  },
)
