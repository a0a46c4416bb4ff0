import { mkdirSync } from 'node:fs'
import { requireLoopback } from '#doors/api/loopback.ts'
import type { OwnSupervisor } from '#doors/supervisor/own-supervisor.ts'
import type { SubmissionPorts } from '#flow/gateway/create.ts'
import type { RecoveryReport } from '#flow/spool/message-store.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { MemoryWatch } from '#ground/platform/memory-watch.ts'
import { niceness, yieldProcessToMail } from '#ground/platform/thread-priority.ts'
import { threadName } from '#ground/storage/database/group-commit.ts'
import type { ThreadedStores } from '#ground/storage/database/threaded-stores.ts'
import { createBase } from './wiring/create-base.ts'
import { createLinkParts } from './wiring/link-parts.ts'
import { noteNode } from './wiring/note-node.ts'
import { createBench } from './wiring/policy-bench.ts'
import { publisher, publishOrTell } from './wiring/publish.ts'
import { recover } from './wiring/recover.ts'
import type { Role } from './wiring/roles.ts'
import { createSyncParts } from './wiring/sync-parts.ts'
import { tendContentKeys } from './wiring/tend-content-keys.ts'
import { watchCertificates } from './wiring/watch-certificates.ts'
import { followSnapshot, takeSettings, watchDisk } from './wiring/watch-node.ts'
import { tellAlarms } from './wiring/webhook-parts.ts'
import { wireApi } from './wiring/wire-api.ts'
import { wireDelivery } from './wiring/wire-delivery.ts'
import { wireGateway } from './wiring/wire-gateway.ts'
import { wireInspection } from './wiring/wire-inspection.ts'
import { wireJobs } from './wiring/wire-jobs.ts'
import { wireTasks } from './wiring/wire-tasks.ts'

/** A process without any of these yields to those that have them on the same machine. */
const carryingMail: ReadonlySet<Role> = new Set(['gateway', 'inspection', 'delivery'])

export interface AppOptions {
  readonly config: Config
  /** Folder of all data of this node. */
  readonly folder: string
  readonly roles: readonly Role[]
  /** Whoever starts this process again when it ends by accident; absent: nobody of ours does. */
  readonly supervisor?: OwnSupervisor | null
}

/** A running node. */
export interface App {
  readonly smtpPorts: readonly number[]
  /** Where people and servers of ours log in to send; none: this process has no role gateway. */
  readonly submissionPorts: SubmissionPorts
  /** Where the first page is; empty: this process has no role console, or the address is taken. */
  readonly pages: readonly string[]
  readonly recovery: RecoveryReport
  readonly stores: ThreadedStores
  /** Brings the snapshot up to date where that can be done now; mail flows by the last good one where not. */
  readonly publish: () => Promise<void>
  /** Takes new values of live settings into use. */
  reload(config: Config): void
  /** Resolves with the reason when the process can promise nothing any more and has to end. */
  readonly failed: Promise<Error>
  stop(): Promise<void>
}

/** Starts the roles of a node. The only place where parts are made and joined. */
export async function startApp({ config, folder, roles: asked, supervisor }: AppOptions): Promise<App> {
  // Before anything runs that would have to be stopped again.
  if (asked.includes('console')) requireLoopback(config['console.listen'])
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const base = await createBase(config, folder, asked)
  // Mail waits for transactions of this process too.
  if (!asked.some((role) => carryingMail.has(role)))
    yieldProcessToMail(niceness.reading, new Set([threadName('write')]))
  tellAlarms(base)
  const { stores, snapshot } = base
  const [recovery, contentKeys] = [await recover(base, asked), await tendContentKeys(base)]
  const publish = publisher(base)
  const disk = await watchDisk(base)
  const memory = new MemoryWatch()
  const node = noteNode(base, asked, supervisor ?? null)
  const inspection = asked.includes('inspection') ? wireInspection(base) : null
  let [smtpPorts, pages]: [readonly number[], readonly string[]] = [[], []]
  let submissionPorts: SubmissionPorts = { starttls: [], tls: [] }
  let refresh: NodeJS.Timeout | undefined
  const delivery = asked.includes('delivery') ? wireDelivery(base, () => smtpPorts) : null
  const gateway = asked.includes('gateway')
    ? await wireGateway(base, inspection, { disk, memory, waiting: node.waiting })
    : null
  const linkParts = asked.includes('jobs') ? createLinkParts(base) : null
  const bench = createBench(base)
  const tasks = asked.includes('jobs') ? wireTasks(base, bench) : null
  const sync = asked.includes('jobs') ? createSyncParts(base, publish) : null
  const certificates = watchCertificates(
    base,
    () => ({ starttls: [...smtpPorts, ...submissionPorts.starttls], tls: submissionPorts.tls }),
    delivery,
    asked.includes('console'),
  )
  const jobs =
    linkParts && tasks && sync ? wireJobs(base, publish, linkParts, tasks, sync, () => smtpPorts, node) : null
  const api = asked.includes('console')
    ? await wireApi(base, asked, disk, {
        kickTasks: () => void tasks?.look(),
        publish: () => publishOrTell(base, publish),
        bench,
        hostLists: () => linkParts?.hostLists() ?? [],
      })
    : null
  node.tryOurselves(() => ({ smtpPorts, submissionPorts, pages, certificates }), delivery)
  const stop = async () => {
    node.endTries()
    certificates.stop()
    jobs?.stop()
    linkParts?.close()
    sync?.close()
    await Promise.all([delivery?.endDrills(), api?.stop(), gateway?.stop(), tasks?.stop()])
    await bench.stop()
    await delivery?.stop()
    await inspection?.stop()
    clearInterval(refresh)
    for (const each of [disk, memory, contentKeys]) each.stop()
    await node.stop()
    snapshot.close()
    await base.searchStores.stop()
    await stores.stop()
  }
  try {
    await delivery?.load()
    if (gateway) {
      smtpPorts = await gateway.listen()
      submissionPorts = await gateway.listenForSubmission()
    }
  } catch (cause) {
    await stop()
    throw cause
  }
  delivery?.start()
  jobs?.start()
  pages = (await api?.listen()) ?? []
  refresh = followSnapshot(base)
  const failed = new Promise<Error>((resolve) => stores.onDeath(resolve))
  return {
    smtpPorts,
    submissionPorts,
    pages,
    recovery,
    stores,
    publish: () => publishOrTell(base, publish),
    reload: (next) => {
      takeSettings(base, next)
      inspection?.takeSettings()
    },
    failed,
    stop,
  }
}
