/**
 * Gathers writes. While a read is delivered, every connection that is written to holds its bytes back;
 * when the delivery ends each of them sends in one gathered write.
 */
export interface Gathering {
  flush(): void
}

let depth = 0
const waiting: Gathering[] = []

/** Runs one delivery; deliveries may nest. */
export function deliver(delivery: () => void): void {
  depth++
  try {
    delivery()
    if (depth === 1) flushAll()
  } finally {
    depth--
  }
}

/** Whether a delivery runs; then `gathering.flush` will be called at its end. Ask once per flush. */
export function gather(gathering: Gathering): boolean {
  if (depth === 0) return false
  waiting.push(gathering)
  return true
}

/** A flush may write to the connection below, which then gathers too: the list grows while it is read. */
function flushAll(): void {
  for (const gathering of waiting) gathering.flush()
  waiting.length = 0
}
