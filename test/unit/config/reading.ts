/** What the tests of `config/` ask: complaints as lines, and the configuration itself. */
import type { Config } from '../../../src/config/config.js'
import type { Environment } from '../../../src/config/place.js'
import { checkConfig, parseConfig } from '../../../src/config/v2ray-json.js'

export const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
export const OTHER_ID = '23ad6b10-8d1a-40f7-8ad0-e3e35cd38297'

/** Every complaint as `severity path: message`, in the order of the file. */
export function complaints(value: unknown, environment: Environment = {}): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return checkConfig(text, { environment }).issues.map(
    ({ severity, path, message }) => `${severity} ${path}: ${message}`,
  )
}

/** Only the errors, as `path: message`. */
export function errors(value: unknown, environment: Environment = {}): string[] {
  const prefix = 'error '
  return complaints(value, environment)
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length))
}

/** The configuration; a fault with all complaints if there is none. */
export function accept(value: unknown, environment: Environment = {}): Config {
  return parseConfig(JSON.stringify(value), { file: 'test.json', environment }).config
}

/** A vmess inbound on port 1 with these fields more. */
export function inbound(fields: object = {}): object {
  return { port: 1, protocol: 'vmess', ...fields }
}

/** A configuration that runs, with these top-level keys more. */
export function withOutbound(fields: object): object {
  return { outbounds: [{ protocol: 'freedom' }], ...fields }
}
