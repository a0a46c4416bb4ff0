import { join } from 'node:path'
import type { Config } from '#ground/platform/config/settings.ts'
import { openSealed, sealText } from '#ground/platform/sealed-text.ts'
import { readOrMakeSecret } from '#ground/platform/secret-file.ts'
import { roles } from '#services/access/roles.ts'
import type { SyncLimits, SyncParts } from '#services/sync/sync-parts.ts'
import type { SyncSource } from '#services/sync/sync-store.ts'
import type { Base } from './base.ts'
import { fromNameOf } from './brand-look.ts'
import { createReadInThread } from './read-in-thread.ts'
import { composeSyncNotice } from './sync-notice.ts'

/** Managers of a tenant who hear of a fault. */
const mostTold = 20

/** Seals and opens secrets of sources with the key of this site. */
export function createSyncSeal(folder: string) {
  const key = () => readOrMakeSecret(join(folder, 'secrets', 'sealing.key'))
  return {
    seal: (sourceId: string, text: string) => sealText(key(), `sync ${sourceId}`, text),
    open: ({ id, secret }: SyncSource) => (secret === '' ? '' : openSealed(key(), `sync ${id}`, secret)),
  }
}

export function syncLimits(config: Config): SyncLimits {
  return {
    atATime: config['sync.atATime'],
    intervalMs: config['sync.interval'],
    timeoutMs: config['sync.timeout'],
    shrinkPercent: config['directory.shrinkPercent'],
    graceMs: config['directory.grace'],
    keepRunsMs: config['sync.keepRuns'],
  }
}

/** Joins user sync to the outside, to the directory and to the mail that tells of its faults. */
export function createSyncParts(base: Base, publish: () => Promise<unknown>): SyncParts & { close(): void } {
  const { config, folder, stores, alarms, metrics, instance, brands } = base
  const stop = new AbortController()
  const reader = createReadInThread({
    dns: {
      servers: config['dns.servers'],
      timeoutMs: config['dns.timeout'],
      cacheEntries: 1000,
      staleForMs: 0,
    },
    allowed: config['sync.allowNetworks'],
    userAgent: `Mailkeep (user sync; ${config['site.host']})`,
  })
  return {
    store: stores.sync,
    readStore: stores.readSync,
    pushed: stores.readScim,
    pushedLeft: stores.scim,
    directory: stores.directory,
    read: reader.read,
    openSecret: createSyncSeal(folder).open,
    publish,
    async notify(notice) {
      const source = await stores.sync.source(notice.source)
      const managers = (await stores.access.managers()).filter(
        ({ tenant, role, address, disabledAt, domains }) =>
          tenant === notice.tenant &&
          address !== '' &&
          disabledAt === null &&
          domains === null &&
          (roles[role].rights as readonly string[]).includes('directory.write'),
      )
      const fromName = await fromNameOf(brands, notice.tenant)
      for (const { address: to } of managers.slice(0, mostTold))
        await stores.messages.accept(composeSyncNotice(notice, source, { to, fromName }, config, Date.now()))
    },
    alarms,
    limits: () => syncLimits(config),
    owner: instance,
    now: () => Date.now(),
    random: Math.random,
    count: ({ source, run }, outcome, tookMs) => {
      metrics.syncRuns.inc({ source: source.kind, run: run.kind, outcome })
      metrics.syncSeconds.observe({ source: source.kind }, tookMs / 1000)
    },
    stopping: stop.signal,
    close() {
      stop.abort()
      reader.stop()
    },
  }
}
