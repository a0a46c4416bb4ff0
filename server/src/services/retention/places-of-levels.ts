import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { type ComingLevels, type ReachParts, reachOfLevel } from './reach-of-level.ts'

/** Levels whose mail is looked for together. */
export interface LookedPlace {
  readonly scopes: ReadonlySet<string>
  readonly within: Reach
}

/**
 * Where mail of levels is looked for: each by itself, and groups and people that come with a change all at once, where
 * they are to be: the directory does not know yet who belongs to them, and a file may bring thousands.
 */
export async function placesOf(
  here: ReachParts['directory'],
  coming: ComingLevels | null,
  levels: readonly string[],
): Promise<LookedPlace[]> {
  const directory = coming ?? here
  const places: LookedPlace[] = []
  const [scopes, names] = [new Set<string>(), new Set<string>()]
  for (const scope of levels) {
    const found = coming && isOfPeople(scope) ? await coming.namesOfComing(scope) : null
    if (found === null)
      places.push({ scopes: new Set([scope]), within: await reachOfLevel(directory, scope) })
    else scopes.add(scope)
    for (const each of found ?? []) names.add(each)
  }
  if (scopes.size === 0) return places
  const tenants = (await directory.tenants()).map(({ id }) => id)
  return [...places, { scopes, within: { tenants, domains: [...names] } }]
}
