/** Values at JSON pointers. */
import type { JsonValue } from './profile.js'

/** The value with another one at a pointer, if the way there is of objects and lists; what is there stays. */
export function setPointer<T extends JsonValue>(target: T, pointer: string, value: JsonValue): T {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return put(target, steps, value) as T
}

function put(target: JsonValue | undefined, steps: readonly string[], value: JsonValue): JsonValue {
  const [step, ...rest] = steps
  if (step === undefined) return target ?? value
  if (Array.isArray(target)) {
    return target.map((item, i) =>
      String(i) === step ? put(item as JsonValue, rest, value) : (item as JsonValue),
    )
  }
  if (target !== undefined && (typeof target !== 'object' || target === null)) return target
  const members = (target ?? {}) as { readonly [key: string]: JsonValue }
  const old = Object.hasOwn(members, step) ? members[step] : undefined
  // `fromEntries` defines, so that `__proto__` stays a key.
  return Object.fromEntries([
    ...Object.entries(members).filter(([key]) => key !== step),
    [step, put(old, rest, value)],
  ])
}
