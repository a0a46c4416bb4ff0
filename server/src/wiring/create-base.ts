import { join } from 'node:path'
import { readOutboundPolicy } from '#flow/gateway/outbound-policy.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import { Spool } from '#flow/spool/spool.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newId } from '#ground/platform/ids.ts'
import { createLog } from '#ground/platform/log.ts'
import { createMetrics } from '#ground/platform/metrics.ts'
import { ContentKeys } from '#ground/storage/bodies/content-keys.ts'
import { DiskBodyStore } from '#ground/storage/bodies/disk-body-store.ts'
import { storeSettingsOf } from '#ground/storage/database/store-settings.ts'
import { openThreadedStores } from '#ground/storage/database/threaded-stores.ts'
import { openSearch } from '#ground/storage/search/open-search.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import { Brands } from '#services/branding/brands.ts'
import { LostTime } from '#services/watch/lost-time.ts'
import type { Base } from './base.ts'
import { createProbeKey } from './probe-key.ts'
import { createProbeLogin } from './probe-login.ts'
import type { Role } from './roles.ts'

/** Between transactions of a process that serves people alone: mail takes its turns then, and what people do gathers. */
const commitRestMs = 50

/** Opens the stores of a folder and makes what every role works with. @param asked roles of this process */
export async function createBase(config: Config, folder: string, asked: readonly Role[]): Promise<Base> {
  const log = createLog(config['log.level'], config['node.name'])
  const metrics = createMetrics(config['node.name'])
  const alarms = createAlarms(systemClock, log)
  alarms.onChange(({ name }, open) =>
    open ? metrics.alarmsOpen.inc({ name }) : metrics.alarmsOpen.dec({ name }),
  )
  const lostTime = new LostTime()
  const stores = await openThreadedStores({
    settings: storeSettingsOf(config, folder),
    reserveBytes: config['spool.diskReserve'],
    commitRestMs: asked.every((role) => role === 'console') ? commitRestMs : 0,
    threadEntry: new URL('../store-thread.ts', import.meta.url),
    onCommit: (calls, { tookMs, lockMs, syncMs }) => {
      metrics.storeCommitSeconds.observe(tookMs / 1000)
      metrics.storeCommitCalls.observe(calls)
      lostTime.note('lock', lockMs)
      lostTime.note('disk', syncMs)
    },
  })
  const snapshot = new SnapshotReader(
    join(folder, 'directory'),
    () => config['directory.maxAge'],
    () => Date.now(),
    readVerdictPolicy,
    readOutboundPolicy,
  )
  const spool = new Spool({
    store: stores.messages,
    clock: systemClock,
    patienceMs: 240_000,
    recentBytes: 32 << 20,
  })
  const instance = newId(Date.now())
  const bodies = new DiskBodyStore(folder, config['spool.inlineMax'], instance)
  const searchStores = openSearch(
    new URL('../search-thread.ts', import.meta.url),
    folder,
    config['search.folder'],
  )
  const brands = new Brands({ store: stores.brands, tenants: () => stores.directory.tenants() })
  return {
    config,
    folder,
    log,
    alarms,
    metrics,
    lostTime,
    stores,
    searchStores,
    spool,
    snapshot,
    instance,
    bodies,
    contentKeys: new ContentKeys(folder),
    brands,
    probeKey: createProbeKey({ config, folder }),
    probeLogin: createProbeLogin(config),
  }
}
