/** Pieces of configurations for the examples of rules. */
import type { TextCheckOptions } from '../../../../../src/config/check-text.js'

/** A file that breaks a rule, and one like it that does not. */
export interface Example {
  readonly bad: string
  readonly good: string
  /** What the file is checked for, where the rule needs that. */
  readonly options?: Omit<TextCheckOptions, 'file'>
}

/** In no manual. */
export const ID = '9f1b6c2e-4d0a-4c57-8e3b-6a2d7f90c1e4'
export const OTHER_ID = '5c84e7d1-0b3f-4f26-9a7c-e1d2085b6f39'

type Fields = Readonly<Record<string, unknown>>

const FREEDOM = { protocol: 'freedom' }

export function file(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

/** One inbound with everything else in order. */
export function inbound(fields: Fields, more: Fields = {}): string {
  return file({
    inbounds: [{ port: 10086, listen: '127.0.0.1', protocol: 'socks', ...fields }],
    outbounds: [FREEDOM],
    ...more,
  })
}

/** A vmess inbound with these settings. */
export function server(settings: Fields, fields: Fields = {}): string {
  return inbound({ protocol: 'vmess', settings, ...fields })
}

/** A vmess inbound with one user. */
export function client(user: Fields): string {
  return server({ clients: [{ id: ID, ...user }] })
}

export function outbound(fields: Fields, more: Fields = {}): string {
  return file({ outbounds: [{ protocol: 'freedom', ...fields }], ...more })
}

/** A vmess outbound to one server. */
export function vnext(server_: Fields, fields: Fields = {}): string {
  const settings = { vnext: [{ address: 'a.example', port: 443, users: [{ id: ID }], ...server_ }] }
  return outbound({ protocol: 'vmess', settings, ...fields })
}

/** A vmess outbound as one user. */
export function user(fields: Fields): string {
  return vnext({ users: [{ id: ID, ...fields }] })
}

/** A vmess outbound over a transport. */
export function stream(streamSettings: Fields): string {
  return vnext({}, { streamSettings })
}

/** Rules of routing beside outbounds "direct" and "block", and an inbound "in". */
export function rules(...list: readonly Fields[]): string {
  return routed({ rules: list.map((fields) => ({ type: 'field', outboundTag: 'block', ...fields })) })
}

export function routed(routing: Fields, more: Fields = {}): string {
  return file({
    inbounds: [{ port: 10086, listen: '127.0.0.1', tag: 'in', protocol: 'socks', ...more }],
    outbounds: [
      { protocol: 'freedom', tag: 'direct' },
      { protocol: 'blackhole', tag: 'block' },
    ],
    routing,
  })
}

export function top(fields: Fields): string {
  return file({ outbounds: [FREEDOM], ...fields })
}
