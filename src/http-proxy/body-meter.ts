/**
 * Finds the end of a body that is passed on as it is, chunk framing included (RFC 9112 §7.1).
 *
 *     size [BWS ";" extension] CRLF data CRLF   …   0 CRLF trailers CRLF
 *
 * BWS is spaces and tabs. Extensions and trailers are passed on unread, so they may not hold a control
 * character: a bare carriage return or a NUL is where two readers begin to see two messages.
 */
import { Fault } from '../faults/fault.js'
import type { Framing } from './framing.js'

/** A chunk size with its extensions; more is an attempt to make us count for ever. */
const SIZE_LINE_LIMIT = 4096
const TRAILER_LIMIT = 64 * 1024
/** 2^52 is far beyond any chunk and exact in a number. */
const SIZE_DIGITS = 13

const CR = 0x0d
const LF = 0x0a
const TAB = 0x09
const SPACE = 0x20
const SEMICOLON = 0x3b
const DELETE = 0x7f

/** Where in the line of a chunk size: among its digits, in the space behind them, or in the extension. */
type SizePart = 'digits' | 'space' | 'extension'

type State =
  | { readonly at: 'data'; left: number; readonly chunked: boolean }
  | { readonly at: 'size'; digits: number; size: number; line: number; part: SizePart; afterCr: boolean }
  /** CR LF after the data of a chunk: which of the two is next. */
  | { readonly at: 'data-end'; readonly expected: number }
  /** Lines after the last chunk: how much was read, and how long the present line is. */
  | { readonly at: 'trailers'; total: number; line: number; afterCr: boolean }
  | { readonly at: 'until-close' }
  | { readonly at: 'done' }

export class BodyMeter {
  #state: State

  constructor(framing: Framing) {
    this.#state = startOf(framing)
  }

  /** Whether the body is complete; what follows belongs to another message. */
  get done(): boolean {
    return this.#state.at === 'done'
  }

  /** Whether the end of the connection is a proper end of this body. */
  get mayClose(): boolean {
    return this.#state.at === 'done' || this.#state.at === 'until-close'
  }

  /**
   * How many bytes from `from` belong to the body. Fewer than were given means that it is done. Throws
   * `HTTP_FRAMING` when the chunks cannot be read; the body must then be given up.
   */
  take(bytes: Uint8Array, from = 0): number {
    let at = from
    while (at < bytes.length && this.#state.at !== 'done') at = this.#step(bytes, at)
    return at - from
  }

  #step(bytes: Uint8Array, at: number): number {
    const state = this.#state
    switch (state.at) {
      case 'data':
        return this.#data(state, bytes.length - at) + at
      case 'size':
        this.#sizeByte(state, bytes[at] as number)
        return at + 1
      case 'data-end':
        expect(bytes[at] as number, state.expected)
        this.#state = state.expected === CR ? { at: 'data-end', expected: LF } : startOf({ kind: 'chunked' })
        return at + 1
      case 'trailers':
        this.#trailerByte(state, bytes[at] as number)
        return at + 1
      case 'until-close':
        return bytes.length
      case 'done':
        return at
    }
  }

  #data(state: Extract<State, { at: 'data' }>, given: number): number {
    const taken = Math.min(state.left, given)
    state.left -= taken
    if (state.left === 0) this.#state = state.chunked ? { at: 'data-end', expected: CR } : { at: 'done' }
    return taken
  }

  #sizeByte(state: Extract<State, { at: 'size' }>, byte: number): void {
    if (++state.line > SIZE_LINE_LIMIT) throw unreadable('the line of a chunk size is too long')
    if (state.afterCr || byte === LF) {
      if (!state.afterCr || byte !== LF) throw unreadable('a chunk size does not end in CR LF')
      this.#state =
        state.size === 0
          ? { at: 'trailers', total: 0, line: 0, afterCr: false }
          : { at: 'data', left: state.size, chunked: true }
      return
    }
    const digit = state.part === 'digits' ? hexDigit(byte) : undefined
    if (digit === undefined) endDigits(state, byte)
    else if (++state.digits > SIZE_DIGITS) throw unreadable('a chunk size has too many digits')
    else state.size = state.size * 16 + digit
  }

  #trailerByte(state: Extract<State, { at: 'trailers' }>, byte: number): void {
    if (++state.total > TRAILER_LIMIT) throw unreadable('the trailers are too long')
    if (byte === LF) {
      if (!state.afterCr) throw unreadable('a trailer ends without a carriage return')
      if (state.line === 0) this.#state = { at: 'done' }
      else Object.assign(state, { line: 0, afterCr: false })
      return
    }
    if (state.afterCr) throw unreadable('a trailer holds a carriage return')
    if (byte === CR) {
      state.afterCr = true
      return
    }
    refuseControl(byte, 'a trailer')
    state.line++
  }
}

function startOf(framing: Framing): State {
  switch (framing.kind) {
    case 'length':
      return framing.length === 0 ? { at: 'done' } : { at: 'data', left: framing.length, chunked: false }
    case 'chunked':
      return { at: 'size', digits: 0, size: 0, line: 0, part: 'digits', afterCr: false }
    case 'until-close':
      return { at: 'until-close' }
  }
}

function endDigits(state: Extract<State, { at: 'size' }>, byte: number): void {
  if (state.digits === 0) throw unreadable('a chunk size is missing')
  if (byte === CR && state.part === 'space') throw unreadable('a chunk size is followed by a space')
  else if (byte === CR) state.afterCr = true
  else if (state.part === 'extension') refuseControl(byte, 'the extension of a chunk size')
  else if (byte === SEMICOLON) state.part = 'extension'
  else if (byte === SPACE || byte === TAB) state.part = 'space'
  else throw unreadable('a chunk size is not a number')
}

function refuseControl(byte: number, where: string): void {
  if ((byte < SPACE && byte !== TAB) || byte === DELETE) throw unreadable(`${where} holds control characters`)
}

function expect(byte: number, expected: number): void {
  if (byte !== expected) throw unreadable('a chunk is longer than its size')
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined
}

function unreadable(why: string): Fault {
  return new Fault('HTTP_FRAMING', { what: 'the chunks of a message cannot be read', why })
}
