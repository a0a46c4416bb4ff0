import type { DetectionParts, FeedState } from '#doors/api/detection-parts.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { HostListState } from '#services/links/link-store.ts'
import type { InstalledSet } from '#services/scanners/scanner-parts.ts'
import type { Base } from './base.ts'
import { createDefinitionParts } from './definition-parts.ts'
import { createLearningParts } from './learning-parts.ts'
import { createListParts } from './list-parts.ts'
import { createScannerParts } from './scanner-parts.ts'

/** What people see and change of what decides about mail, for the HTTP door. */
export function createDetectionParts(
  { config, folder, stores, alarms }: Base,
  hostLists: () => readonly HostListState[],
): DetectionParts {
  const { sets } = createScannerParts(config, alarms)
  let resolver: Resolver | undefined
  // Only tests ask: made when the first one comes.
  const asking = () => {
    resolver ??= createResolver({
      servers: config['dns.servers'],
      timeoutMs: config['dns.timeout'],
      cacheEntries: 100,
      staleForMs: 0,
    })
    return resolver
  }
  const faultOf = (name: string) => alarms.open().find((each) => each.name === name)?.text ?? ''
  return {
    definitions: createDefinitionParts({ folder, config, store: stores.definitions, alarms }),
    readDefinitions: stores.readDefinitions,
    learning: createLearningParts({
      folder,
      config,
      store: stores.learning,
      readStore: stores.readLearning,
      directory: stores.directory,
      alarms,
    }),
    lists: createListParts(config, folder, asking),
    feeds: () => [
      {
        kind: 'definitions',
        name: 'definitions',
        source: config['definitions.source'],
        version: '',
        made: null,
        entries: null,
        fault: faultOf('definitions-feed'),
      },
      ...(sets === null
        ? []
        : [signatures(sets.current(), config['antivirus.signaturesSource'], faultOf('scanner-signatures'))]),
      ...hostLists().map(
        ({ name, version, made, entries, why }): FeedState => ({
          kind: 'hosts',
          name,
          source: config['links.lists'],
          version,
          made,
          entries,
          fault: why,
        }),
      ),
    ],
  }
}

function signatures(current: InstalledSet | null, source: string, fault: string): FeedState {
  return {
    kind: 'signatures',
    name: 'signatures of viruses',
    source,
    version: current?.version ?? '',
    made: current?.made ?? null,
    entries: null,
    fault,
  }
}
