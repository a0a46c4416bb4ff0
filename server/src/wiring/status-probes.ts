import type { ReadProbes } from '#services/status/measure-components.ts'
import { currentProbes, isGivenUp } from '#services/watch/current-probes.ts'
import type { Base } from './base.ts'

/** What the tries of our own say, as the status page reads it. */
export function createStatusProbes({ stores }: Pick<Base, 'stores'>): ReadProbes {
  return async () =>
    (await currentProbes(stores.readWatch, Date.now()))
      .filter((each) => !isGivenUp(each))
      .map(({ component, path, result, at, words }) => ({
        ...{ probe: component, result, at },
        words: [path, words].filter((each) => each !== '').join(': '),
      }))
}
