import type { DeliveryRole } from '#flow/delivery/create.ts'
import { tellApart } from '#services/alarms/tell-apart.ts'
import { DrillLease } from '#services/drill/drill-lease.ts'
import { type KeptDrill, liveDrillLimits, liveDrillWords } from '#services/drill/live-drill.ts'
import { othersTook } from '#services/drill/others-took.ts'
import { LiveDrillRun } from '#services/drill/run-live-drill.ts'
import { type DrillGuards, whyNoDrill } from '#services/drill/why-no-drill.ts'
import { HeardProcesses } from '#services/watch/heard-processes.ts'
import { createAlarmPost } from './alarm-post.ts'
import type { Base } from './base.ts'
import { createDrillRoad } from './drill-road.ts'
import { endLeftDrill, recordDrillEnd } from './end-left-drill.ts'
import { keepDrill } from './keep-drill.ts'

const lookEveryMs = 1000
const monotonic = () => performance.now()

export interface DrillHands {
  readonly delivery: Pick<DeliveryRole, 'startDrillLane'>
  /** Ports of our own door, where it is in this process. */
  readonly ports: () => readonly number[]
}

export interface LiveDrills {
  /** Ends the one that is under way, and begins none any more. */
  stop(): Promise<void>
}

/** What speaks against a drill, as the stores of a process tell it. */
export function drillGuardsOf({ stores, folder }: Pick<Base, 'stores' | 'folder'>): DrillGuards {
  const { readIncidents: incidents, readWatch: findings, alarms, readStatus: status } = stores
  return { incidents, findings, alarms, status, folder }
}

/**
 * Runs drills that are ordered, one at a time for the whole site; and ends those whose process is gone.
 */
export function runLiveDrills(base: Base, hands: DrillHands): LiveDrills {
  let isEnding = false
  let work: Promise<void> | null = null
  const heard = new HeardProcesses(lookEveryMs, monotonic)
  const once = async () => {
    const open = await base.stores.readLiveDrills.open()
    if (open === null || isEnding || !isToTake(open, heard)) return
    const now = Date.now()
    if (!(await base.stores.liveDrills.take(open, base.instance, now))) return
    const isLeft = open.runner !== '' || now - open.orderedAt > liveDrillLimits.unbegunMs
    if (isLeft) await endLeftDrill(base, open, () => isEnding)
    else await runOne(base, hands, open, () => isEnding)
  }
  const timer = setInterval(() => {
    work ??= once()
      .catch((cause: unknown) => base.log.warn({ cause: String(cause) }, 'a drill could not be looked after'))
      .finally(() => {
        work = null
      })
  }, lookEveryMs)
  return {
    async stop() {
      isEnding = true
      clearInterval(timer)
      await work
    },
  }
}

/** Whether nobody works on it: it waits to be begun, its process has ended, or nothing was written of it for too long. */
function isToTake({ id, runner, hasRunner, beatAt }: KeptDrill, heard: HeardProcesses): boolean {
  if (runner === '' || !hasRunner) return true
  const [run] = heard.note([{ node: `${id} ${runner}`, pid: 0, roles: '', seenAt: beatAt }])
  return run !== undefined && run.silentForMs >= liveDrillLimits.leaseMs
}

/** Runs it for as long as it is ours; what it breaks is mended by itself where that ends, whatever it waits for then. */
async function runOne(
  base: Base,
  hands: DrillHands,
  drill: KeptDrill,
  isEnding: () => boolean,
): Promise<void> {
  const { stores, config, instance } = base
  const road = createDrillRoad(base, drill.kind, hands)
  const lease = new DrillLease(liveDrillLimits.leaseMs, lookEveryMs, monotonic)
  const guard = setInterval(() => {
    if (lease.isOver()) void road.close().catch(() => undefined)
  }, lookEveryMs)
  const run = new LiveDrillRun(drill, {
    road,
    save: keepDrill(stores, lease, instance),
    whyStop: () => whyNoDrill(drillGuardsOf(base), Date.now()),
    othersMs: async (from, before) => othersTook(await stores.readMeasures.measures(from, before, 50_000)),
    ring: (text) => ring(base, drill, text),
    isEnding,
    periodMs: config['watch.period'],
    lateMs: config['flow.lateAfter'],
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
  await run.run().finally(() => clearInterval(guard))
  const over = await stores.liveDrills.read(drill.id)
  if (over) await recordDrillEnd(stores, over)
}

/** Tells those who are told of alarms of the whole house, once and as a drill: nobody has to close it. */
async function ring(
  { stores, spool, config, brands }: Base,
  drill: KeptDrill,
  text: string,
): Promise<string[]> {
  const post = createAlarmPost({ config, brands, accept: (mail) => spool.accept(mail) })
  const house = (await stores.readDirectory.tenants()).filter(({ parent }) => parent === null)
  const scopes = house.map(({ id }) => `tenant:${id}`)
  const asked = (await stores.alarms.subscriptions()).filter(({ scope }) => scopes.includes(scope))
  const words = `This is a drill (${liveDrillWords[drill.kind]}), ordered by ${drill.who}; no mail of people is touched. ${text}`
  const results = await Promise.all(asked.map((each) => tellApart(post, each, 'drill', words)))
  return results.flat().map((each) => `${each.form} ${each.address}${each.isTaken ? '' : `: ${each.why}`}`)
}
