/** Addresses remembered. An entry costs some two hundred bytes. */
const MAX_SOURCES = 4096
/** Users remembered for one address: a household, or the first of those behind one large NAT. */
const MAX_USERS_PER_SOURCE = 4

/** Who was accepted from which address, the latest first. Bounded: the address unused longest is forgotten. */
export class RecentUsers<User> {
  readonly #bySource = new Map<string, User[]>()

  of(source: string | undefined): readonly User[] {
    return (source === undefined ? undefined : this.#bySource.get(source)) ?? []
  }

  note(source: string, user: User): void {
    const users = this.#bySource.get(source) ?? []
    if (users[0] !== user) {
      const others = users.filter((other) => other !== user)
      users.splice(0, users.length, user, ...others.slice(0, MAX_USERS_PER_SOURCE - 1))
    }
    this.#bySource.delete(source)
    this.#bySource.set(source, users)
    if (this.#bySource.size > MAX_SOURCES) {
      const oldest = this.#bySource.keys().next()
      if (!oldest.done) this.#bySource.delete(oldest.value)
    }
  }

  forget(user: User): void {
    for (const [source, users] of this.#bySource) {
      const others = users.filter((other) => other !== user)
      if (others.length === 0) this.#bySource.delete(source)
      else if (others.length < users.length) this.#bySource.set(source, others)
    }
  }
}
