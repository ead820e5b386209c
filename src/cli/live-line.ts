/** One line at the bottom of a terminal that is written again and again, below whatever else is said. */

/** As much of a terminal as is needed; `process.stderr` is one. */
export interface Terminal {
  readonly columns?: number
  write(text: string): unknown
}

const ERASE = '\r\x1b[2K'
const REDRAW_MS = 1_000

export class LiveLine {
  readonly #terminal: Terminal
  readonly #render: () => string
  #text = ''
  #timer: NodeJS.Timeout | undefined

  /** `render` is called once a second and gives the text, which is cut to the terminal's width. */
  constructor(terminal: Terminal, render: () => string) {
    this.#terminal = terminal
    this.#render = render
  }

  start(): void {
    this.#timer = setInterval(() => this.#refresh(), REDRAW_MS).unref()
    this.#refresh()
  }

  /** Writes a line that stays, above the live one. */
  print(line: string): void {
    if (this.#timer === undefined) {
      this.#terminal.write(`${line}\n`)
      return
    }
    this.#terminal.write(`${ERASE}${line}\n`)
    this.#draw()
  }

  /** Takes the line away. */
  stop(): void {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#terminal.write(ERASE)
  }

  #refresh(): void {
    this.#text = this.#render()
    this.#draw()
  }

  #draw(): void {
    const width = (this.#terminal.columns ?? 80) - 1
    this.#terminal.write(`${ERASE}${this.#text.slice(0, width)}`)
  }
}
