// rejected by: lint/suspicious/noEmptyBlockStatements
export function attempt(action: () => void): void {
  try {
    action()
  } catch {}
}
