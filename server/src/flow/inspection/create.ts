import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LateVerdict, MessageStore, UninspectedMessage } from '#flow/spool/message-store.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { readListSwitches } from '#ground/platform/list-switches.ts'
import type { Log } from '#ground/platform/log.ts'
import { readOrMakeSecret } from '#ground/platform/secret-file.ts'
import type { CheckSettings } from './check.ts'
import { InspectBehind } from './inspect-behind.ts'
import { Inspection, type InspectionOptions } from './inspection.ts'
import type { InspectionJob, InspectionOutcome } from './inspection-job.ts'
import { InspectionPool } from './inspection-pool.ts'

export interface InspectionParts {
  readonly config: Config
  readonly folder: string
  readonly alarms: Alarms
  readonly log: Log
  /** File that an inspection thread runs. */
  readonly entry: URL
  readonly store: MessageStore
  /** Told of every outcome, before and behind the answer. */
  readonly onOutcome: (outcome: InspectionOutcome, job: InspectionJob) => void
  readonly onTimed: InspectionOptions['onTimed']
  readonly owner: string
  readonly clock: Clock
  /** The gateway's rules for a late verdict. */
  readonly judge: (
    message: UninspectedMessage,
    outcome: InspectionOutcome,
    defers: boolean,
  ) => LateVerdict | null
}

export interface InspectionRole {
  readonly inspection: Inspection
  /** Percent of the time since it was last asked in which the threads had work. */
  busyPercent(): number
  /** Whether an open DMARC result is answered with 451; see inspection.temperror. */
  defersTemperror(): boolean
  /** Hands live settings of checks to the threads. */
  takeSettings(): void
  stop(): Promise<void>
}

/** Jobs waiting for each thread at which new mail is no longer welcome. */
const bearablePerThread = 500

/** Wires inspection: threads, budget, and what waits behind the answer. */
export function createInspection(parts: InspectionParts): InspectionRole {
  const { config, alarms, folder } = parts
  const threads = config['inspection.threads']
  const pool = new InspectionPool({
    entry: parts.entry,
    threadData: {
      settings: checkSettings(config, folder),
      dns: {
        servers: config['dns.servers'],
        timeoutMs: config['dns.timeout'],
        cacheEntries: config['dns.cacheEntries'],
        staleForMs: config['dns.staleFor'],
      },
      checkBudgetMs: config['inspection.checkBudget'],
      definitionsFolder: join(folder, 'definitions'),
      directoryFolder: join(folder, 'directory'),
      dataFolder: folder,
      linkQueue: config['links.queue'],
      hostLists: { folder: config['links.lists'], publicKey: readKey(config['links.listsKey']) },
    },
    threads,
    threadMemory: config['inspection.threadMemory'],
    stallLimitMs: config['inspection.stallLimit'],
    slowStartMs: config['delivery.slowStart'],
    alarms,
    log: parts.log.part('inspection'),
    onOutcome: (outcome, job) => parts.onOutcome(outcome, job),
  })
  const inspection = new Inspection({
    pool,
    budgetMs: config['inspection.budget'],
    behindAboveMs: () => config['inspection.behindAbove'],
    behindAfterMs: config['inspection.behindAfter'],
    mostWaiting: threads * bearablePerThread,
    alarms,
    onTimed: parts.onTimed,
  })
  const defersTemperror = temperrorPolicy(config, folder, pool)
  const behind = new InspectBehind({
    store: parts.store,
    readBody: (id) => parts.store.readBody(id),
    inspection,
    owner: parts.owner,
    clock: parts.clock,
    alarms,
    log: parts.log.part('inspection'),
    waitUnscannedMs: config['inspection.waitUnscanned'],
    leaseMs: config['inspection.lease'],
    judge: (message, outcome) => parts.judge(message, outcome, defersTemperror()),
  })
  behind.start()
  return {
    inspection,
    defersTemperror,
    busyPercent: () => pool.busyPercent(),
    takeSettings: () => pool.takeSettings(checkSettings(config, folder)),
    async stop() {
      pool.stop()
      await behind.stop()
    },
  }
}

/**
 * On a machine that no DNS server has ever answered, an open result says nothing about the sender;
 * once one has answered, it does, also after a restart: so the fact is kept as a file.
 */
function temperrorPolicy(config: Config, folder: string, pool: InspectionPool): () => boolean {
  const choice = config['inspection.temperror']
  if (choice !== 'auto') return () => choice === 'defer'
  if (config['dns.servers'].length > 0) return () => true
  const mark = join(folder, 'dns-has-answered')
  let known = existsSync(mark)
  return () => {
    if (!known && pool.answeredDns) {
      known = true
      writeFileSync(mark, '')
    }
    return known
  }
}

function checkSettings(config: Config, folder: string): CheckSettings {
  return {
    host: config['site.host'],
    maxMimeDepth: config['inspection.maxMimeDepth'],
    maxMimeParts: config['inspection.maxMimeParts'],
    maxReceived: config['inspection.maxReceived'],
    maxPasses: config['inspection.maxPasses'],
    maxHeaderBytes: config['gateway.maxHeader'],
    dmarc: config['inspection.dmarc'],
    temperror: config['inspection.temperror'] === 'deliver' ? 'deliver' : 'defer',
    off: config['inspection.off'],
    arcTrusted: config['inspection.arcTrusted'],
    arcSeal: config['inspection.arcSeal']
      ? {
          domain: config['inspection.arcDomain'],
          selector: config['inspection.arcSelector'],
          privateKey: readFileSync(config['inspection.arcKey'], 'utf8'),
        }
      : null,
    traceKey: readOrMakeSecret(join(folder, 'secrets', 'trace.key')),
    lists: {
      ask: config['lists.ask'],
      off: [...config['lists.off'], ...readListSwitches(folder).map((each) => each.zone)],
      timeoutMs: config['lists.timeout'],
      probationMs: config['lists.probation'],
      mostPerList: config['lists.mostPerList'],
      mostShared: config['lists.mostShared'],
      sharedSenders: config['lists.sharedSenders'],
    },
    links: {
      follow: config['links.follow'],
      shorteners: config['links.shorteners'],
      resultAgeMs: config['links.resultAge'],
      newForMs: config['links.newFor'],
      learnForMs: config['links.learnFor'],
      listsOff: config['links.listsOff'],
      listMaxAgeMs: config['links.listMaxAge'],
    },
    antivirus: {
      backends: config['antivirus.backends'],
      timeoutMs: config['antivirus.timeout'],
      scan: config['antivirus.scan'],
      whileAway: config['antivirus.whileAway'],
      signatures: config['antivirus.signatures'],
    },
  }
}

/** A key that cannot be read stops the start: lists would be taken unsigned. */
function readKey(path: string): string {
  return path === '' ? '' : readFileSync(path, 'utf8')
}
