/** Small pieces of WebAssembly text that the generators of kernels share. */

export const get = (local) => `(local.get $${local})`

export const set = (local, value) => `(local.set $${local} ${value})`

export const advance = (local, by) => set(local, `(i32.add ${get(local)} (i32.const ${by}))`)

/** Declarations of locals of one type. */
export const locals = (names, type) => names.map((name) => `(local $${name} ${type})`).join(' ')

export const lines = (texts) => texts.join('\n    ')

/** Two sequences of instructions as one, with the second spread evenly over the first. */
export function spread(first, second) {
  const upTo = (i) => Math.floor((i * second.length) / first.length)
  return first.flatMap((text, i) => [text, ...second.slice(upTo(i), upTo(i + 1))])
}
