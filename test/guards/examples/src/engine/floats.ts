// rejected by: lint/nursery/noFloatingPromises
async function close(): Promise<void> {
  await Promise.resolve()
}

export function stop(): void {
  close()
}
