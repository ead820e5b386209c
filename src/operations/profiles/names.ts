/** The names of stored profiles, for completion: a file of its own, because it has to be quick. */
import { isCleanName } from './document.js'
import { readStore } from './store.js'

/** In the order they were stored, without those that a terminal should not see. A store that cannot be read has none. */
export async function listProfileNames(folder: string): Promise<string[]> {
  try {
    return (await readStore(folder)).entries.map(({ name }) => name).filter(isCleanName)
  } catch {
    return []
  }
}
