/** User names and passwords of the socks, http and mixed inbounds. */
import { equal } from '../bytes/bytes.js'

/** Whether a name and password belong together. */
export type AccountCheck = (user: string, pass: string) => boolean

/**
 * A check against a list of accounts; of two with one name the last counts, an empty list lets nobody
 * in. Undefined without a list: no login is asked for. The time taken does not depend on how much of a
 * password is right.
 */
export function makeAccountCheck(
  accounts: readonly { readonly user: string; readonly pass: string }[] | undefined,
): AccountCheck | undefined {
  if (accounts === undefined) return undefined
  const passwords = new Map(accounts.map(({ user, pass }) => [user, Buffer.from(pass)]))
  return (user, pass) => {
    const expected = passwords.get(user)
    return expected !== undefined && equal(expected, Buffer.from(pass))
  }
}
