import { createReadStream } from 'node:fs'
import type { Site } from '#doors/cli/site.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { newId } from '#ground/platform/ids.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { NetworkList } from '#ground/platform/network-list.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { ScimStore } from '#services/sync/scim/scim-store.ts'
import { createReader } from '#services/sync/sources/read-source.ts'
import type { SyncParts } from '#services/sync/sync-parts.ts'
import type { SyncStore } from '#services/sync/sync-store.ts'
import { createSyncSeal, syncLimits } from './sync-parts.ts'

interface Given {
  readonly config: Config
  readonly folder: string
  readonly directory: DirectoryStore
  readonly sync: SyncStore
  readonly scim: ScimStore
  readonly publish: () => Promise<unknown>
  readonly resolver: () => Resolver
}

/** User sync as commands see it. */
export function createSyncViews(
  { config }: LoadedConfig,
  folder: string,
  given: Omit<Given, 'config' | 'folder'>,
): Pick<Site, 'sync' | 'scim' | 'sealForSync' | 'syncParts'> {
  return {
    sync: given.sync,
    scim: given.scim,
    sealForSync: createSyncSeal(folder).seal,
    syncParts: () => createSyncHere({ ...given, config, folder }),
  }
}

/** User sync within a command: reads sources itself, and leaves telling of faults to the server. */
function createSyncHere({ config, folder, directory, sync, scim, publish, resolver }: Given): SyncParts {
  return {
    store: sync,
    readStore: sync,
    pushed: scim,
    pushedLeft: scim,
    directory,
    read: createReader({
      resolver: resolver(),
      allowed: new NetworkList(config['sync.allowNetworks']),
      userAgent: `Mailkeep (user sync; ${config['site.host']})`,
      openFile: (path) => createReadStream(path),
    }),
    openSecret: createSyncSeal(folder).open,
    publish,
    notify: async () => undefined,
    alarms: createAlarms(systemClock, createSilentLog()),
    limits: () => syncLimits(config),
    owner: newId(Date.now()),
    now: () => Date.now(),
    random: Math.random,
    count: () => undefined,
    stopping: new AbortController().signal,
  }
}
