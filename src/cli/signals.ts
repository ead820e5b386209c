import { EXIT_INTERRUPTED } from './exit-codes.js'

/** What can be stopped gently. */
export interface Stoppable {
  readonly connections: number
  /** Accepts no more, waits for what runs, at most `graceMs`, then ends it. */
  stop(options: { readonly graceMs: number }): Promise<void>
}

export interface StayOptions {
  readonly graceMs: number
  /** Says that it runs. Whoever reads that may send a signal at once, and it will be a gentle one. */
  readonly onReady: () => Promise<void>
  /** Told once, when the first signal has come. */
  readonly onStopping: (connections: number) => void
}

/** SIGHUP too: a terminal that is closed should not cut connections short. Nothing is read again. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs until a signal, then stops gently. A second signal ends the process at once, with exit code 130. */
export async function stayUntilSignal(running: Stoppable, options: StayOptions): Promise<void> {
  const { graceMs, onReady, onStopping } = options
  const first = nextSignal()
  await onReady()
  await first
  void nextSignal().then(() => process.exit(EXIT_INTERRUPTED))
  onStopping(running.connections)
  await running.stop({ graceMs })
  for (const signal of SIGNALS) process.removeAllListeners(signal)
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of SIGNALS) process.off(signal, stop)
      resolve()
    }
    for (const signal of SIGNALS) process.on(signal, stop)
  })
}
