import { visibleJson } from './visible.js'

/** One line of the JSON that commands print which go on for a while; what cannot be seen is spelt. */
export function eventLine(event: string, data: object): string {
  return visibleJson(JSON.stringify({ time: new Date().toISOString(), event, ...data }))
}
