/** Some lines at the bottom of a terminal that are written again and again. */
import { visible } from './render/visible.js'
import type { Terminal } from './live-line.js'

/** A terminal that has a height. */
export interface LinesTerminal extends Terminal {
  readonly rows?: number
}

const REDRAW_MS = 100
const ERASE_BELOW = '\r\x1b[J'

export class LiveLines {
  readonly #terminal: LinesTerminal
  readonly #render: (rows: number) => readonly string[]
  #drawn = 0
  #timer: NodeJS.Timeout | undefined

  /** `render` gives at most so many lines; each is cut to the width of the terminal and made safe to show. */
  constructor(terminal: LinesTerminal, render: (rows: number) => readonly string[]) {
    this.#terminal = terminal
    this.#render = render
  }

  start(): void {
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS).unref()
  }

  /** Takes the lines away. */
  stop(): void {
    clearInterval(this.#timer)
    if (this.#drawn > 0) this.#terminal.write(this.#home())
    this.#drawn = 0
  }

  #draw(): void {
    const { columns = 80, rows = 24 } = this.#terminal
    const lines = this.#render(rows - 1).slice(0, rows - 1)
    const cut = lines.map((line) => [...visible(line)].slice(0, columns - 1).join(''))
    this.#terminal.write(`${this.#home()}${cut.map((line) => `${line}\n`).join('')}`)
    this.#drawn = cut.length
  }

  #home(): string {
    return `${this.#drawn > 0 ? `\x1b[${this.#drawn}A` : ''}${ERASE_BELOW}`
  }
}
