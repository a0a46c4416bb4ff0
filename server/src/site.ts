import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type OpenSite, type Site, SiteError } from '#doors/cli/site.ts'
import type { MessageStore } from '#flow/spool/message-store.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { openContent } from '#ground/platform/sealed-content.ts'
import { backupFolder } from '#ground/storage/backup-folder.ts'
import { addGeneration } from '#ground/storage/backups/add-generation.ts'
import { MigrationRefusedError } from '#ground/storage/database/migration-gate.ts'
import { databaseName, openDatabase, SchemaTooNewError } from '#ground/storage/database/open-database.ts'
import { OrderTrail } from '#ground/storage/database/order-trail.ts'
import { SqliteStores } from '#ground/storage/database/sqlite-stores.ts'
import { storeSettingsOf } from '#ground/storage/database/store-settings.ts'
import { noteBackup } from '#ground/storage/last-backup.ts'
import { readRestored } from '#ground/storage/restored.ts'
import { openSearchHere } from '#ground/storage/search/open-search-here.ts'
import { Brands } from '#services/branding/brands.ts'
import { publishSnapshot } from '#services/directory/publish-snapshot.ts'
import { findPlace } from './find-place.ts'
import { createAlarmPost } from './wiring/alarm-post.ts'
import { stepLimitsOf } from './wiring/candidate-parts.ts'
import { createDefinitionParts } from './wiring/definition-parts.ts'
import { createHeldViews } from './wiring/held-parts.ts'
import { readHostLists } from './wiring/host-list-views.ts'
import { keepRuleOf } from './wiring/keep-rule.ts'
import { createLearningParts } from './wiring/learning-parts.ts'
import { createListParts } from './wiring/list-parts.ts'
import { ownHostsOf } from './wiring/own-hosts.ts'
import { createPolicyViews, type PolicyReads } from './wiring/policy-views.ts'
import { radarOrdersOf } from './wiring/radar-parts.ts'
import { createReviewViews } from './wiring/review-views.ts'
import { createRouteViews } from './wiring/route-views.ts'
import { createRuleViews } from './wiring/rule-views.ts'
import { createScannerParts } from './wiring/scanner-parts.ts'
import { sendingParts } from './wiring/sending-parts.ts'
import { besideOf } from './wiring/status-beside.ts'
import { storeRules } from './wiring/store-rules.ts'
import { createSyncViews } from './wiring/sync-here.ts'
import { createUpstreamViews } from './wiring/upstream-parts.ts'
import { createWebFetch } from './wiring/webhook-parts.ts'

/** Opens the stores of a site for a command; see Site. */
export const openSite: OpenSite = async (options) => {
  const { loaded, folder } = findPlace(options)
  if (!existsSync(join(folder, databaseName))) {
    throw new SiteError(
      `there is no Mailkeep data in ${folder}; start the server once with "npm start", or name the folder with --data or MAILKEEP_DATA`,
    )
  }
  try {
    return openStores(loaded, folder)
  } catch (cause) {
    if (cause instanceof SchemaTooNewError || cause instanceof MigrationRefusedError)
      throw new SiteError(cause.message)
    throw cause
  }
}

/** The same for a command that can begin with nothing: it makes the data folder where there is none. */
export const makeSite: OpenSite = async (options) => {
  const { loaded, folder } = findPlace(options)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return existsSync(join(folder, databaseName)) ? openSite(options) : openStores(loaded, folder)
}

/** The same, making the database where there is none yet. */
export function openStores(loaded: LoadedConfig, folder: string): Site {
  const { config } = loaded
  const database = openDatabase(join(folder, databaseName), 'write')
  const stores = new SqliteStores(database, storeSettingsOf(config, folder), storeRules)
  const directory = inTransactions<Site['directory']>(stores, stores.directory)
  const brands = new Brands({ store: asynchronous(stores.brands), tenants: () => directory.tenants() })
  const readContent: Site['readContent'] = async (messageId) => {
    const body = stores.messages.readBody(messageId)
    if (body === null || body.kind === 'damaged') return null
    if (body.kind === 'inline') return body.bytes
    const bytes = readFileSync(body.path)
    return body.dataKey ? openContent(body.dataKey, bytes) : bytes
  }
  // Files of their own, written with the database open elsewhere: no transaction of ours around them.
  const routes = createRouteViews(loaded, folder)
  const snapshots = asynchronous<Site['snapshots']>(stores.snapshots)
  const publish = publisher(directory, snapshots, config)
  const index = openSearchHere(folder, config['search.folder'])
  return {
    ...{ loaded, folder },
    access: inTransactions(stores, stores.access),
    ...{ ...alarmViews(stores, brands, config), ...outsideViews(stores, config) },
    accounts: inTransactions(stores, stores.accounts),
    ...{ ledger: atOneMoment(stores, stores.ledger), statistics: asynchronous(stores.statistics) },
    queue: inTransactions(stores, stores.queue),
    quarantine: inTransactions(stores, stores.quarantine),
    ...{ directory, directoryViews: asynchronous(stores.directoryViews) },
    dmarc: asynchronous(stores.dmarc),
    links: asynchronous(stores.links),
    readHostLists: () => readHostLists(config),
    reports: inTransactions(stores, stores.reports),
    review: createReviewViews(
      {
        review: inTransactions(stores, stores.review),
        readReview: asynchronous(stores.review),
        ledger: asynchronous(stores.ledger),
        directory,
        policy: inTransactions(stores, stores.policy),
      },
      brands,
      loaded,
      folder,
    ),
    definitions: createDefinitionParts({
      ...{ folder, config },
      store: inTransactions(stores, stores.definitions),
      alarms: createAlarms(systemClock, createSilentLog()),
    }),
    learning: createLearningParts({
      ...{ folder, config },
      store: inTransactions(stores, stores.learning),
      readStore: asynchronous(stores.learning),
      directory,
      alarms: createAlarms(systemClock, createSilentLog()),
    }),
    scanners: createScannerParts(config, createAlarms(systemClock, createSilentLog())),
    lists: createListParts(config, folder, routes.resolver),
    snapshots,
    ...createSyncViews(loaded, folder, {
      ...{ directory, publish },
      sync: inTransactions(stores, stores.sync),
      scim: inTransactions(stores, stores.scim),
      resolver: routes.resolver,
    }),
    publish,
    policy: inTransactions(stores, stores.policy),
    ...{ candidates: inTransactions(stores, stores.candidates), stepLimits: () => stepLimitsOf(config) },
    ...{ person: inTransactions(stores, stores.person), readPerson: atOneMoment(stores, stores.person) },
    ...sendingViews(stores, config),
    ...toldViews(stores, directory, config),
    tasks: inTransactions(stores, stores.tasks),
    processes: asynchronous<Site['processes']>(stores.processes),
    ...routes,
    ...createPolicyViews(folder, config, policyReadsOf(stores)),
    ...createRuleViews(folder, readContent, async (id) => {
      const found = stores.ledger.read(id)
      return found?.kind === 'message' ? found : null
    }),
    keyPath: config['tls.key'] || join(folder, 'secrets', 'key.pem'),
    certificatePath: config['tls.certificate'] || join(folder, 'secrets', 'certificate.pem'),
    readContent,
    search: index.search,
    ...backupViews(database, config, folder),
    who: `cli:${userInfo().username}`,
    trail: new OrderTrail(database),
    close() {
      index.close()
      database.close()
    },
  }
}

/** How pages look, and programs of others that are told what happens. */
function outsideViews(
  stores: SqliteStores,
  config: LoadedConfig['config'],
): Pick<Site, 'brands' | 'ownHosts' | 'webhooks' | 'webFetch'> {
  return {
    brands: inTransactions(stores, stores.brands),
    ownHosts: ownHostsOf(config),
    webhooks: inTransactions(stores, stores.webhooks),
    webFetch: createWebFetch(config),
  }
}

function backupViews(
  database: DatabaseSync,
  config: LoadedConfig['config'],
  folder: string,
): Pick<Site, 'backup' | 'addBackup' | 'restored'> {
  return {
    backup: (target) => backUp(database, folder, target),
    async addBackup(target, takesOver) {
      const { generation, pages, files, dropped, faults } = await addGeneration(folder, target, {
        ...{ takesOver, keep: keepRuleOf(config), follower: null, sweeps: true },
        pace: () => undefined,
      })
      return { at: generation.at, pages, files, dropped, faults }
    },
    restored: () => readRestored(folder),
  }
}

/** Copies a data folder, and notes that it is done. */
function backUp(database: DatabaseSync, folder: string, target: string): number {
  const at = Date.now()
  const bytes = backupFolder(database, folder, target)
  try {
    noteBackup(folder, at)
  } catch {
    // The copy is whole. A folder that takes no file has alarms of its own, and this one is told as late.
  }
  return bytes
}

/** Who is told of alarms, and how. */
function alarmViews(
  stores: SqliteStores,
  brands: Brands,
  config: LoadedConfig['config'],
): Pick<Site, 'alarms' | 'notices' | 'alarmPost'> {
  const messages = inOneGo<MessageStore>(stores, stores.messages)
  return {
    alarms: inTransactions(stores, stores.alarms),
    notices: inTransactions(stores, stores.notices),
    alarmPost: createAlarmPost({ config, brands, accept: (mail) => messages.accept(mail) }),
  }
}

/** What is told of incidents, and what tests find; the server does the work of these. */
function toldViews(
  stores: SqliteStores,
  directory: Site['directory'],
  config: LoadedConfig['config'],
): Pick<
  Site,
  | 'history'
  | 'upstream'
  | 'besideStatus'
  | 'status'
  | 'subscribers'
  | 'incidents'
  | 'watch'
  | 'radar'
  | 'liveDrills'
  | 'readLiveDrills'
> {
  const radar: Site['radar']['radar'] = inTransactions(stores, stores.radar)
  const history: Site['history'] = inTransactions(stores, stores.history)
  const upstream = createUpstreamViews(
    {
      incidents: asynchronous(stores.incidents),
      upstream: asynchronous(stores.upstream),
      measures: asynchronous(stores.measures),
    },
    config,
  )
  return {
    history,
    upstream,
    besideStatus: besideOf(upstream, history),
    status: inTransactions(stores, stores.status),
    subscribers: inTransactions(stores, stores.subscribers),
    incidents: inTransactions(stores, stores.incidents),
    watch: inTransactions(stores, stores.watch),
    liveDrills: inTransactions(stores, stores.liveDrills),
    readLiveDrills: asynchronous<Site['readLiveDrills']>(stores.liveDrills),
    radar: radarOrdersOf({ radar, readRadar: asynchronous(stores.radar), directory }, config),
  }
}

/** What our own people send by, and what of it is held. */
function sendingViews(
  stores: SqliteStores,
  config: LoadedConfig['config'],
): Pick<
  Site,
  'relays' | 'suppressions' | 'bypasses' | 'dkim' | 'contentKeys' | 'held' | 'claims' | 'senders' | 'sending'
> {
  return {
    sending: sendingParts(config, inTransactions(stores, stores.sending)),
    relays: inTransactions(stores, stores.relays),
    suppressions: inTransactions(stores, stores.suppressions),
    dkim: inTransactions(stores, stores.dkim),
    contentKeys: inOneGo(stores, stores.contentKeys, ['state', 'health']),
    bypasses: inTransactions(stores, stores.bypasses),
    claims: inTransactions(stores, stores.claims),
    senders: inTransactions(stores, stores.senders),
    held: createHeldViews(inTransactions(stores, stores.held), asynchronous(stores.held), config),
  }
}

function publisher(
  directory: Site['directory'],
  snapshots: Site['snapshots'],
  config: LoadedConfig['config'],
): Site['publish'] {
  return () =>
    publishSnapshot({
      directory,
      snapshots,
      alarms: createAlarms(systemClock, createSilentLog()),
      shrinkPercent: config['directory.shrinkPercent'],
      graceMs: config['directory.grace'],
      now: () => Date.now(),
    })
}

/**
 * An embedded store with each call in a transaction of its own. What only reads waits for nobody who writes, nor anybody for
 * it: whoever looks after a site looks just when something in it stands still with the database locked.
 */
function inTransactions<Store extends object>(stores: SqliteStores, store: object): Store {
  return wrap(store, (work) => stores.readFirst(work))
}

/** The same for calls that write files too, which are not to be done twice; `reads`: those that only read. */
function inOneGo<Store extends object>(
  stores: SqliteStores,
  store: object,
  reads: readonly (keyof Store)[] = [],
): Store {
  const apart = new Set<string | symbol | number>(reads)
  return wrap(store, (work, name) => (apart.has(name) ? stores.atOneMoment(work) : stores.transaction(work)))
}

/** The same for calls that read much and write nothing: the server goes on beside them, and they do not see it. */
function atOneMoment<Store extends object>(stores: SqliteStores, store: object): Store {
  return wrap(store, (work) => stores.atOneMoment(work))
}

/** What commands read to say what a change of policy would do. */
function policyReadsOf({
  policy,
  ledger,
  quarantine,
  retention,
  held,
  directory,
}: SqliteStores): PolicyReads {
  return {
    policy: asynchronous(policy),
    ledger: asynchronous(ledger),
    quarantine: asynchronous(quarantine),
    retention: asynchronous(retention),
    held: asynchronous(held),
    directory: asynchronous(directory),
  }
}

function asynchronous<Store extends object>(store: object): Store {
  return wrap(store, (work) => work())
}

function wrap<Store extends object>(
  store: object,
  run: (work: () => unknown, name: string | symbol) => unknown,
): Store {
  const methods = store as Record<string, (...values: unknown[]) => unknown>
  return new Proxy({} as Store, {
    get:
      (_target, name) =>
      async (...values: unknown[]) =>
        run(() => methods[String(name)]?.apply(store, values), name),
  })
}
