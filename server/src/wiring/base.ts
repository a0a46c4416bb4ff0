import type { Spool } from '#flow/spool/spool.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import type { Metrics } from '#ground/platform/metrics.ts'
import type { ContentKeys } from '#ground/storage/bodies/content-keys.ts'
import type { DiskBodyStore } from '#ground/storage/bodies/disk-body-store.ts'
import type { ThreadedStores } from '#ground/storage/database/threaded-stores.ts'
import type { SearchStores } from '#ground/storage/search/open-search.ts'
import type { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import type { Brands } from '#services/branding/brands.ts'
import type { LostTime } from '#services/watch/lost-time.ts'

import type { ProbeKey } from './probe-key.ts'
import type { ProbeLogin } from './probe-login.ts'

/** What every role works with. */
export interface Base {
  readonly config: Config
  readonly folder: string
  readonly log: Log
  readonly alarms: Alarms
  readonly metrics: Metrics
  /** What this process loses time to. */
  readonly lostTime: LostTime
  readonly stores: ThreadedStores
  readonly searchStores: SearchStores
  readonly spool: Spool
  readonly snapshot: SnapshotReader
  readonly instance: string
  readonly bodies: DiskBodyStore
  /** Keys of content that is encrypted. */
  readonly contentKeys: ContentKeys
  /** How pages and mails look, by tenant. */
  readonly brands: Brands
  /** Addresses of messages of our own. */
  readonly probeKey: ProbeKey
  /** What they log in with to be sent to the world. */
  readonly probeLogin: ProbeLogin
}
