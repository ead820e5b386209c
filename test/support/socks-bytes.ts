/** What SOCKS applications send, built byte by byte from the RFCs and from nothing of ours. */

export const GREETING_PLAIN = Uint8Array.of(5, 1, 0)
export const GREETING_LOGIN = Uint8Array.of(5, 2, 0, 2)

export function login(user: string, pass: string): Uint8Array {
  const [name, word] = [Buffer.from(user), Buffer.from(pass)]
  return Buffer.concat([Buffer.of(1, name.length), name, Buffer.of(word.length), word])
}

export function request5(command: number, address: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(5, command, 0), address])
}

export function ipv4(bytes: readonly number[], port: number): Uint8Array {
  return Buffer.of(1, ...bytes, port >> 8, port & 0xff)
}

export function ipv6(bytes: readonly number[], port: number): Uint8Array {
  return Buffer.of(4, ...bytes, port >> 8, port & 0xff)
}

export function domain(name: string | Uint8Array, port: number): Uint8Array {
  const bytes = Buffer.from(name)
  return Buffer.concat([Buffer.of(3, bytes.length), bytes, Buffer.of(port >> 8, port & 0xff)])
}

export function request4(port: number, ip: readonly number[], texts: readonly string[]): Uint8Array {
  return Buffer.concat([
    Buffer.of(4, 1, port >> 8, port & 0xff, ...ip),
    ...texts.map((t) => Buffer.from(`${t}\0`)),
  ])
}
