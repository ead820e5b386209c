/** The built program, as a user starts it. */
import { type Child, startChild, waitForPorts } from './child.js'

/** Starts `vmess …` and waits until these ports accept connections. The build must be fresh. */
export async function startProgram(args: readonly string[], ready: readonly number[]): Promise<Child> {
  const child = await startChild(process.execPath, ['bin/run.js', ...args], {
    env: { ...process.env, NO_COLOR: '1' },
  })
  try {
    await waitForPorts(child, ready)
  } catch (error) {
    await child.stop()
    throw error
  }
  return child
}
