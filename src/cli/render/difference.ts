/** A unified difference, coloured where colour is wanted. */
import type { Paint } from '../paint.js'
import { visible } from './visible.js'

export function renderDifference(difference: string, paint: Paint): string {
  return difference
    .split('\n')
    .map((line) => {
      // A carriage return at the end belongs to the file, not to the screen; a tab indents on both.
      const shown = line.replace(/\r$/, '').split('\t').map(visible).join('\t')
      if (/^(\+\+\+|---)/.test(line)) return paint.bold(shown)
      if (line.startsWith('+')) return paint.green(shown)
      if (line.startsWith('-')) return paint.red(shown)
      return line.startsWith('@@') ? paint.cyan(shown) : shown
    })
    .join('\n')
}
