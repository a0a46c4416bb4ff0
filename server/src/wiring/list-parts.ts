import { AskedList } from '#flow/checks/lists/asked-list.ts'
import { readListSpec } from '#flow/checks/lists/list-spec.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { readListSwitches, writeListSwitches } from '#ground/platform/list-switches.ts'
import type { ListHealth, ListParts } from '#services/lists/list-parts.ts'

/** What verbs about outside lists need. */
export function createListParts(config: Config, folder: string, resolver: () => Resolver): ListParts {
  const specs = () => config['lists.ask'].map(readListSpec).filter((each) => each !== null)
  return {
    zones: () => specs().map((each) => each.zone),
    kindOf: (zone) => specs().find((each) => each.zone === zone)?.kind ?? '',
    offBySettings: () => config['lists.off'],
    test() {
      const [asking, timeoutMs] = [resolver(), config['lists.timeout']]
      return Promise.all(
        specs().map(async (spec): Promise<ListHealth> => {
          const started = performance.now()
          // No probation here: what counts is how it does at this moment.
          const list = new AskedList(spec, spec.kind === 'domain' ? 'domain' : 4, 0)
          await list.ask([], asking, Date.now(), timeoutMs)
          const { why } = list.health.state()
          return { zone: spec.zone, kind: spec.kind, why, ms: performance.now() - started }
        }),
      )
    },
    switches: () => readListSwitches(folder),
    write: (switches) => writeListSwitches(folder, switches),
    now: () => Date.now(),
  }
}
