/** The reader and writer of frames that `ws` exports beside its sockets; its types leave them out. */
import type { Writable } from 'node:stream'

declare module 'ws' {
  interface ReceiverOptions {
    readonly isServer?: boolean
    /** The longest message, in bytes; 0 for any. */
    readonly maxPayload?: number
    readonly maxFragments?: number
    /** Pieces in which one frame may arrive. */
    readonly maxBufferedChunks?: number
    readonly skipUTF8Validation?: boolean
  }

  /** Bytes in, messages out, within the call of `write`. Unmasks in the memory it is given. */
  export class Receiver extends Writable {
    constructor(options: ReceiverOptions)
    on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this
    on(event: 'ping' | 'pong', listener: (data: Buffer) => void): this
    on(event: 'conclude', listener: (code: number, reason: Buffer) => void): this
    on(event: 'error', listener: (error: Error) => void): this
  }

  interface FrameOptions {
    readonly fin: boolean
    readonly opcode: number
    readonly mask: boolean
    /** False: the payload may be masked where it is. */
    readonly readOnly: boolean
    readonly rsv1: boolean
    /** Fills in the key; one of zeros leaves the payload as it is. */
    readonly generateMask?: (key: Buffer) => void
  }

  // biome-ignore lint/complexity/noStaticOnlyClass: the shape of another package
  export class Sender {
    /** One frame in one or two pieces. */
    static frame(data: Buffer, options: FrameOptions): Buffer[]
  }
}
