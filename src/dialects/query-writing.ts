/** Queries of links. */

export type Parameter = readonly [name: string, value: string]

/** `a=1&b=2`, values encoded. */
export function formatQuery(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => `${name}=${encodeText(value)}`).join('&')
}

/** As JavaScript's encodeURIComponent, which refuses half a character. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\uFFFD'))
}

/** A parameter may be absent, but not empty. */
export function given(name: string, value: string): readonly Parameter[] {
  return value === '' ? [] : [[name, value]]
}
