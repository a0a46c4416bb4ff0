import { setTimeout as sleep } from 'node:timers/promises'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type { QuarantineAct } from '#services/quarantine/quarantine-store.ts'
import { isForMany } from '#services/tasks/is-for-many.ts'
import type { TaskKind } from '#services/tasks/task-kind.ts'
import type { StepCall } from '#services/tasks/task-store.ts'
import type { MailFilter } from './mail-filter.ts'
import type { MailLine, SearchStore } from './search-store.ts'

/** What can be done to all that a filter means. */
export const mailActions = ['release', 'rescan', 'delete', 'retry', 'resend'] as const
export type MailAction = (typeof mailActions)[number]

/** States that each starts from; what is in another one by then is left alone. */
export const mailActionFrom: Readonly<Record<MailAction, readonly DeliveryState[]>> = {
  release: ['quarantined', 'held'],
  rescan: ['quarantined'],
  delete: ['quarantined'],
  retry: ['waiting'],
  resend: ['returned'],
}

export interface MailOrder {
  readonly action: MailAction
  /** With the reach of whoever ordered it, and an end: what comes later is not meant. */
  readonly filter: MailFilter
  /** Life that what is released from quarantine gets anew. */
  readonly lifeMs: number
  /** Whether what holds a virus may be released (GW-38). */
  readonly mayVirus: boolean
  /** False: it was not counted to the end when it was given; absent: it was. */
  readonly isCounted?: boolean
}

/** Deliveries of a step. */
const stepSize = 100
const sliceMs = 300
/** An order waits so long for the index, which is a second or two behind where much happens. */
const waitMs = 10_000
const askEveryMs = 100

/** The filter of an order: only what its action can be done to. */
export function targetsOf({ action, filter }: Pick<MailOrder, 'action' | 'filter'>): MailFilter {
  const from: readonly string[] = mailActionFrom[action]
  const states = filter.states?.filter((each) => from.includes(each)) ?? mailActionFrom[action]
  // An order for states that the action does not start from means nothing at all.
  return states.length === 0 ? { ...filter, within: { tenants: [], domains: null } } : { ...filter, states }
}

/**
 * Does something to all that a filter means, newest first: each delivery is met once, at the place that it has in the
 * order of time, whatever state it comes back to meanwhile.
 */
export function mailTask(search: SearchStore, now: () => number): TaskKind {
  return {
    async plan({ order, position, who, ip, id, total }) {
      const given = order as unknown as MailOrder
      if (position === 'end') return null
      if (position === '') await untilComplete(search, now)
      const place = position === '' ? null : Number(position)
      const found = await search.find(targetsOf(given), place, stepSize, sliceMs)
      const fit = found.lines.filter((line) => mayDo(given, line))
      return {
        calls: callsFor(given, fit, {
          ...{ who, ip, at: now(), task: id },
          isForMany: isForMany(total, given.isCounted),
        }),
        next: found.place === null ? 'end' : String(found.place),
        skipped: found.lines.length - fit.length,
      }
    },
  }
}

/**
 * Waits until all that has happened by now can be found: whoever orders something means what he has just held too. Where the
 * index is further behind than that, the order does what can be found, as the page says.
 */
async function untilComplete(search: Pick<SearchStore, 'progress'>, now: () => number): Promise<void> {
  const asked = now()
  for (const until = performance.now() + waitMs; performance.now() < until; await sleep(askEveryMs)) {
    const { completeUpTo } = await search.progress(now())
    if (completeUpTo !== null && completeUpTo >= asked) return
  }
}

/** What an action needs to know of a delivery as it stands now. */
export type MailTarget = Pick<MailLine, 'messageId' | 'n' | 'tenant' | 'state' | 'reason' | 'contentKept'>

/** What is judged once more goes on where nothing is found: so that is a release too. */
export function mayDo({ action, mayVirus }: Omit<MailOrder, 'filter'>, line: MailTarget): boolean {
  if (action === 'resend') return line.contentKept
  return mayVirus || (action !== 'release' && action !== 'rescan') || line.reason !== 'virus'
}

export interface By {
  readonly who: string
  readonly ip: string
  readonly at: number
  readonly task: string
  readonly isForMany: boolean
}

/** The calls that do something to these deliveries; each writes its lines of the audit log. */
export function callsFor(order: Omit<MailOrder, 'filter'>, lines: readonly MailTarget[], by: By): StepCall[] {
  const queued = lines.filter((each) => each.state !== 'quarantined')
  const aside = lines.filter((each) => each.state === 'quarantined')
  return [
    ...(queued.length > 0 ? [queueCall(order, queued, by)] : []),
    ...(aside.length > 0 ? [quarantineCall(order, aside, by)] : []),
  ]
}

function queueCall(
  { action }: Omit<MailOrder, 'filter'>,
  lines: readonly MailTarget[],
  { who, ip, at, task, isForMany }: By,
): StepCall {
  const keys = lines.map(({ messageId, n }) => ({ messageId, n: n ?? 0 }))
  const messageIds = [...new Set(keys.map((each) => each.messageId))]
  const request = { action, selection: { messageIds, keys }, at, who, ip, task, isForMany, limit: 1_000_000 }
  return { store: 'queue', method: 'act', values: [request] }
}

function quarantineCall(
  { action, lifeMs }: Omit<MailOrder, 'filter'>,
  lines: readonly MailTarget[],
  { who, ip, at, task, isForMany }: By,
): StepCall {
  const act: QuarantineAct = {
    action: action === 'delete' ? 'delete' : 'release',
    ...{ at, who, ip, lifeMs, task, isForMany },
    targets: lines.map(({ messageId, n, tenant }) => ({ messageId, n: n ?? 0, tenant })),
    rescan: true,
  }
  return { store: 'quarantine', method: 'act', values: [act] }
}
