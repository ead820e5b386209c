import { createServer } from 'node:net'

/** A TCP port that was free a moment ago: the system chose it. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const [port] = await freePorts(1, host)
  return port as number
}

/** Several different ones: all are held at once before the first is given back. */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const holders = Array.from({ length: count }, () => createServer())
  try {
    return await Promise.all(
      holders.map(
        (holder) =>
          new Promise<number>((resolve, reject) => {
            holder.once('error', reject)
            holder.listen(0, host, () => {
              const address = holder.address()
              if (address === null || typeof address === 'string') reject(new Error('no port was given'))
              else resolve(address.port)
            })
          }),
      ),
    )
  } finally {
    await Promise.all(holders.map((holder) => new Promise((done) => holder.close(done))))
  }
}
