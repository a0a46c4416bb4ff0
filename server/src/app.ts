import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createDelivery, type DeliveryRole } from '#flow/delivery/create.ts'
import { createOwnPlaces } from '#flow/delivery/own-places.ts'
import { createGateway, type Gateway } from '#flow/gateway/create.ts'
import { createInspection, type InspectionRole } from '#flow/inspection/create.ts'
import { Spool } from '#flow/spool/spool.ts'
import type { RecoveryReport } from '#flow/spool/message-store.ts'
import { createAlarms, type Alarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { DiskWatch } from '#ground/platform/disk-watch.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import { newId } from '#ground/platform/ids.ts'
import { createLog, type Log } from '#ground/platform/log.ts'
import { MemoryWatch } from '#ground/platform/memory-watch.ts'
import { createMetrics, type Metrics } from '#ground/platform/metrics.ts'
import { Certificate, makeCertificate } from '#ground/platform/tls/certificate.ts'
import { DiskBodyStore } from '#ground/storage/bodies/disk-body-store.ts'
import { openThreadedStores, type ThreadedStores } from '#ground/storage/database/threaded-stores.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'

export const roles = ['gateway', 'inspection', 'delivery', 'console', 'jobs'] as const
export type Role = (typeof roles)[number]

export interface AppOptions {
  readonly config: Config
  /** Folder of all data of this node. */
  readonly folder: string
  readonly roles: readonly Role[]
}

/** A running node. */
export interface App {
  readonly smtpPorts: readonly number[]
  readonly recovery: RecoveryReport
  readonly log: Log
  readonly stop: () => Promise<void>
}

/** Starts the roles of a node. The only place where parts are made and joined. */
export async function startApp({ config, folder, roles: asked }: AppOptions): Promise<App> {
  mkdirSync(folder, { recursive: true })
  const has = (role: Role) => asked.includes(role)
  const log = createLog(config['log.level'], config['node.name'])
  const alarms = createAlarms(systemClock, log)
  const metrics = createMetrics()
  const instance = newId(Date.now())
  const stores = await openThreadedStores({
    folder, node: config['node.name'], keepReturnedMs: config['spool.keepReturned'], reserveBytes: config['spool.diskReserve'],
    threadEntry: new URL('./store-thread.ts', import.meta.url),
    onCommit: (calls, tookMs) => {
      metrics.storeCommitSeconds.observe(tookMs / 1000)
      metrics.storeCommitCalls.observe(calls)
    },
  })
  const recovery = await stores.messages.recover(instance, config['node.name'], process.pid, Date.now())
  const snapshot = new SnapshotReader(join(folder, 'directory'), () => config['directory.maxAge'], () => Date.now())
  const refresh = setInterval(() => snapshot.refresh(), 1000).unref()
  const spool = new Spool({ store: stores.messages, clock: systemClock, patienceMs: 240_000, recentBytes: 48 << 20 })
  const bodies = new DiskBodyStore(folder, config['spool.inlineMax'])
  const disk = await watchDisk(folder, config, alarms, metrics)
  const memory = new MemoryWatch()
  const inspection = has('inspection') ? createInspection({ config, folder, alarms, log, entry: new URL('./inspection-thread.ts', import.meta.url), stores, instance }) : null
  let smtpPorts: number[] = []
  const delivery = has('delivery') ? wireDelivery({ config, log, alarms, metrics, stores, spool, snapshot, instance, ports: () => smtpPorts }) : null
  delivery?.start()
  let gateway: Gateway | null = null
  if (has('gateway')) {
    const certificate = await certificateOf(config, folder, alarms)
    gateway = createGateway({
      settings: config, clock: systemClock, log, alarms, metrics, recipients: snapshot, refusalLog: stores.refusals, bodies, spool,
      inspection: inspection?.inspection ?? null, defersTemperror: () => inspection?.defersTemperror() ?? false, certificate,
      vitals: {
        diskPercent: () => disk.percent, diskFree: () => disk.freeBytes, storeStalledMs: () => stores.stalledMs(),
        memoryBytes: () => memory.bytes, inspectionLoad: () => inspection?.inspection.load() ?? 0,
      },
    })
    smtpPorts = await gateway.listen()
  }
  const stop = async () => {
    await gateway?.stop()
    await delivery?.stop()
    await inspection?.stop()
    clearInterval(refresh)
    disk.stop()
    memory.stop()
    snapshot.close()
    await stores.stop()
  }
  return { smtpPorts, recovery, log, stop }
}

interface DeliveryWires {
  readonly config: Config
  readonly log: Log
  readonly alarms: Alarms
  readonly metrics: Metrics
  readonly stores: ThreadedStores
  readonly spool: Spool
  readonly snapshot: SnapshotReader
  readonly instance: string
  readonly ports: () => readonly number[]
}

function wireDelivery(wires: DeliveryWires): DeliveryRole {
  const { config, log, alarms, metrics, stores, spool, snapshot, instance, ports } = wires
  const resolver = createResolver({ servers: config['dns.servers'], timeoutMs: config['dns.timeout'], cacheEntries: config['dns.cacheEntries'], staleForMs: config['dns.staleFor'] })
  return createDelivery({
    settings: config, clock: systemClock, log, alarms, metrics, store: stores.deliveries, reader: stores.readDeliveries, messages: stores.messages,
    spool, routes: snapshot, own: createOwnPlaces(config['site.host'], ports), resolver, owner: instance,
  })
}

async function certificateOf(config: Config, folder: string, alarms: Alarms): Promise<Certificate> {
  const own = { certificate: config['tls.certificate'], key: config['tls.key'] }
  return new Certificate(own.certificate === '' ? await makeCertificate(join(folder, 'secrets'), config['site.host']) : own, alarms)
}

async function watchDisk(folder: string, config: Config, alarms: Alarms, metrics: Metrics): Promise<DiskWatch> {
  const disk = new DiskWatch(folder, (percent, free) => {
    metrics.diskPercent.set(percent)
    if (percent >= config['spool.diskAlarm']) alarms.raise('disk-filling', folder, `the disk of the spool is ${percent.toFixed(1)} % full, ${Math.round(free / (1 << 20))} MB are left; from ${config['spool.diskRefuse']} % on new mail hears 452`)
    else alarms.clear('disk-filling', folder)
  })
  await disk.start()
  return disk
}
