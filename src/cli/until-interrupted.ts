const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Runs something that goes on until its signal aborts, which Ctrl-C and SIGTERM do; a second one ends all. */
export async function untilInterrupted<Result>(
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  for (const name of SIGNALS) process.once(name, stop)
  try {
    return await run(controller.signal)
  } finally {
    for (const name of SIGNALS) process.off(name, stop)
  }
}
