/** One line of the JSON that commands print which go on for a while. */
export function eventLine(event: string, data: object): string {
  return JSON.stringify({ time: new Date().toISOString(), event, ...data })
}
