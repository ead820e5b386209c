/** A unified difference, coloured where colour is wanted. */
import type { Paint } from '../paint.js'
import { visible } from './visible.js'

export function renderDifference(difference: string, paint: Paint): string {
  return difference
    .split('\n')
    .map((line) => {
      // A carriage return at the end belongs to the file, not to the screen.
      const shown = visible(line.replace(/\r$/, ''))
      if (/^(\+\+\+|---)/.test(line)) return paint.bold(shown)
      if (line.startsWith('+')) return paint.green(shown)
      if (line.startsWith('-')) return paint.red(shown)
      return line.startsWith('@@') ? paint.cyan(shown) : shown
    })
    .join('\n')
}
