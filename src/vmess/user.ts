/** A user: the id, what is derived from it, and what the engine needs to know beside (protocol §1). */
import { md5 } from '../crypto/digest.js'
import { kdf } from '../crypto/kdf.js'
import { maskUuid } from '../account/uuid.js'
import { concat, equal } from '../bytes/bytes.js'
import { KEY_BYTES, SALT } from './constants.js'

export interface VmessUserOptions {
  /** 16 bytes; copied. */
  readonly uuid: Uint8Array
  /** 0 to 65535. Above 0 the legacy header is accepted from this user and has alter ids. */
  readonly alterId?: number
  /** Name for counters and log. */
  readonly email?: string
  /** Policy level. */
  readonly level?: number
}

export interface VmessUser {
  /** 16 bytes. */
  readonly uuid: Uint8Array
  readonly alterId: number
  /** Empty when the user has none. */
  readonly email: string
  readonly level: number
  /** What logs and reports may show: the email, else the first digits of the id. */
  readonly label: string
  /** 16 bytes, always of the main id. Derived when first asked for. */
  readonly commandKey: Uint8Array
  /** The key of AEAD auth IDs. Derived when first asked for. */
  readonly authIdKey: Uint8Array
}

const COMMAND_KEY_SUFFIX = new TextEncoder().encode('c48619fe-8f02-49e0-b9e9-edf763e17e21')
const ALTER_SUFFIX = new TextEncoder().encode('16167dc8-16b6-4e6d-b8bb-65dd68113a81')
const ALTER_RETRY_SUFFIX = new TextEncoder().encode('533eff8a-4113-4b10-b5ce-0f5d76b98cd2')

class DerivingUser implements VmessUser {
  readonly uuid: Uint8Array
  readonly alterId: number
  readonly email: string
  readonly level: number
  #commandKey: Uint8Array | undefined
  #authIdKey: Uint8Array | undefined

  constructor(options: VmessUserOptions) {
    this.uuid = Uint8Array.from(options.uuid)
    this.alterId = options.alterId ?? 0
    this.email = options.email ?? ''
    this.level = options.level ?? 0
  }

  get label(): string {
    return this.email === '' ? maskUuid(this.uuid) : this.email
  }

  get commandKey(): Uint8Array {
    this.#commandKey ??= md5(concat([this.uuid, COMMAND_KEY_SUFFIX]))
    return this.#commandKey
  }

  get authIdKey(): Uint8Array {
    this.#authIdKey ??= kdf(this.commandKey, SALT.authId).slice(0, KEY_BYTES)
    return this.#authIdKey
  }
}

/** A user from an id and facts. Nothing is derived yet, so that ten thousand users load quickly. */
export function makeUser(options: VmessUserOptions): VmessUser {
  return new DerivingUser(options)
}

/** The id that follows `id` in a chain of alter ids; 16 bytes (protocol §1.2). */
export function nextAlterId(id: Uint8Array): Uint8Array {
  let message = concat([id, ALTER_SUFFIX])
  let next = md5(message)
  while (equal(next, id)) {
    message = concat([message, ALTER_RETRY_SUFFIX])
    next = md5(message)
  }
  return next
}

/** The ids that a user may sign with, one by one: the main id, then its alter ids in order. */
export function* idChainOf(user: VmessUser): Generator<Uint8Array, undefined> {
  let id = user.uuid
  yield id
  for (let i = 0; i < user.alterId; i++) {
    id = nextAlterId(id)
    yield id
  }
}

/**
 * The id that our client signs a legacy header with: the first alter id, since some servers refuse the
 * main one; the main id for a user without alter ids.
 */
export function legacyClientId(user: VmessUser): Uint8Array {
  return user.alterId > 0 ? nextAlterId(user.uuid) : user.uuid
}
