import { setImmediate as turn } from 'node:timers/promises'
import { type KeptFor, longestKept, type Whose } from './kept-for.ts'

/** Owners are looked up so many at a time: others come in between, also where one message has a thousand. */
const atATime = 100

/**
 * How long mail of several is kept, as long as the last of them wants it. Each of them is looked up once for all mail
 * that is asked about: make another one where the levels may have changed.
 */
export function createKeptLookup(
  read: (whose: Whose) => KeptFor,
): (owners: readonly Whose[]) => Promise<KeptFor> {
  const known = new Map<string, KeptFor>()
  let looked = 0
  return async (owners) => {
    const kept: KeptFor[] = []
    for (const each of owners) {
      looked += 1
      if (looked % atATime === 0) await turn()
      const key = `${each.tenant} ${each.whose}`
      const found = known.get(key) ?? read(each)
      known.set(key, found)
      kept.push(found)
    }
    return longestKept(kept)
  }
}
