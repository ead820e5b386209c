import type { Socket } from 'node:net'

/**
 * Exactly so many bytes of a paused socket, which is paused again afterwards. Rejects when the
 * connection ends before, or when one read brings more.
 */
export function take(socket: Socket, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count)
  let at = 0
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      if (at + chunk.length > count)
        return finish(new Error(`${at + chunk.length} bytes instead of ${count}`))
      at += chunk.copy(bytes, at)
      if (at === count) finish()
    }
    const onEnd = () => finish(new Error(`it ended after ${at} of ${count} bytes`))
    const finish = (error?: Error) => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', finish)
      socket.pause()
      if (error === undefined) resolve(bytes)
      else reject(error)
    }
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', finish)
    socket.resume()
  })
}
