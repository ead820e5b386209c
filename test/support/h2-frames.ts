/** HTTP/2 written byte by byte (RFC 9113), for what no proper client would send. */

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export const FLAG = { endStream: 1, endHeaders: 4, ack: 1 } as const

export function frame(
  type: number,
  { flags = 0, stream = 0 },
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Values of four bytes, such as error codes and window increments. */
export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value >>> 0, i * 4)
  })
  return bytes
}

export function setting(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt32BE(value, 2)
  return bytes
}

/** A header block without indexing or Huffman code (RFC 7541 §6.2.2). Texts below 127 bytes. */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value)])
  return Buffer.concat(
    Object.entries(headers).map(([name, value]) => Buffer.concat([Buffer.of(0), text(name), text(value)])),
  )
}

/** What a client says first. */
export function greeting(...settings: readonly Buffer[]): Buffer {
  return Buffer.concat([PREFACE, frame(FRAME.settings, {}, Buffer.concat(settings))])
}

/** A request whose body follows. */
export function openStream(stream: number, headers: Readonly<Record<string, string>>): Buffer {
  return frame(FRAME.headers, { flags: FLAG.endHeaders, stream }, headerBlock(headers))
}
