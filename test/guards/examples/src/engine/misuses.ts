// rejected by: lint/nursery/noMisusedPromises
async function isOpen(): Promise<boolean> {
  return Promise.resolve(true)
}

export function describe(): string {
  return isOpen() ? 'open' : 'closed'
}
