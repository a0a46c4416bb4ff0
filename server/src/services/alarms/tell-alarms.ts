import type { Alarms } from '#ground/platform/alarms.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { DirectoryStore, Domain, Tenant } from '#services/directory/directory-store.ts'
import { AlarmScopes } from './alarm-scopes.ts'
import type { AlarmState, AlarmStore, Subscription } from './alarm-store.ts'
import { type DueSettings, dueTellings } from './due-tellings.ts'
import type { Notice, NoticeLine, NoticeStore } from './notice-store.ts'
import type { IncidentName, NoticeWords } from './notice-words.ts'
import { type PlanSettings, planNotices, stateKey } from './plan-notices.ts'
import { type DueTask, runDue } from './run-due.ts'
import { tellOne } from './tell-one.ts'
import { watchTargets } from './watch-targets.ts'

/** A mail about a notice. */
export interface NoticeMail {
  readonly id: string
  readonly to: string
  readonly tenant: string
  readonly words: NoticeWords
  /** Id of the first mail about it; null: this is the first. */
  readonly first: string | null
}

export interface TellParts {
  readonly alarms: AlarmStore
  readonly notices: NoticeStore
  /** Where it is taken down what stays open at a pager. */
  readonly directory: Pick<DirectoryStore, 'recordChange'>
  readonly tenants: () => Promise<Tenant[]>
  readonly domains: () => Promise<Domain[]>
  /** Reads which alarms belong to which incidents now. */
  readonly incidents: () => Promise<IncidentFinder>
  /** Hands a mail over for delivery, under its id. */
  readonly send: (mail: NoticeMail) => Promise<void>
  /** Whether a mail of this id has been handed over. */
  readonly wasSent: (messageId: string) => Promise<boolean>
  readonly fetch: GuardedFetch
  /** Where it is said that a target takes nothing. */
  readonly own: Pick<Alarms, 'raise' | 'clear' | 'open'>
  readonly newId: () => string
  readonly now: () => number
  readonly settings: () => TellSettings
}

export type IncidentFinder = (alarm: Pick<AlarmState, 'name' | 'subject'>) => IncidentName | null

export interface TellSettings extends PlanSettings, DueSettings {
  /** Wait after a target has failed once; each further failure doubles it. */
  readonly retryMs: number
  /** A target that has taken nothing for so long is told to the others. */
  readonly lateMs: number
  /** What a process has in hand is taken over by another after this: longer than any target may take. */
  readonly leaseMs: number
  readonly consoleUrl: string
}

const dayMs = 24 * 3_600_000
/** The end of alarms is tried for so long. */
export const endToldMs = 2 * dayMs
const hourMs = 3_600_000
const mostStates = 5000

/** Tells people of alarms: what lasts, in groups, as each wants to hear it; and that it is over, or was wrong. */
export async function tellAlarms(parts: TellParts): Promise<number> {
  const { alarms, notices, now } = parts
  const subscriptions = await alarms.subscriptions()
  if (subscriptions.length === 0) {
    watchTargets(parts, [], [])
    return 0
  }
  const [states, known, incidentOf] = await Promise.all([
    alarms.states(now() - dayMs, mostStates),
    notices.unsettled(now() - endToldMs),
    parts.incidents(),
  ])
  const changed = await takeDown(parts, subscriptions, states, known, incidentOf)
  const current = changed ? await notices.unsettled(now() - endToldMs) : known
  const closed = new Set(states.filter((each) => each.clearedAt !== null).map(stateKey))
  const due = {
    subscriptions,
    notices: current,
    incidentOf,
    isOpen: (line: NoticeLine) => !closed.has(stateKey(line)),
  }
  const sent = await tellDue(parts, due)
  watchTargets(parts, subscriptions, sent > 0 ? await notices.unsettled(now() - endToldMs) : current)
  return sent
}

/** Writes down what is to be told, before anybody is. */
async function takeDown(
  parts: TellParts,
  subscriptions: readonly Subscription[],
  states: readonly AlarmState[],
  known: readonly Notice[],
  incidentOf: IncidentFinder,
): Promise<boolean> {
  if (states.length === 0 && known.every((each) => each.endedAt !== null)) return false
  const statesOf = new AlarmScopes(await parts.tenants(), await parts.domains()).sort(states)
  const noticesOf = Map.groupBy(known, (each) => each.subscription)
  const changes = subscriptions.flatMap((subscription) =>
    planNotices({
      subscription,
      states: statesOf(subscription),
      isComplete: states.length < mostStates,
      notices: noticesOf.get(subscription.id) ?? [],
      incidentOf: (state) => incidentOf(state)?.id ?? null,
      newId: parts.newId,
      now: parts.now(),
      settings: parts.settings(),
    }),
  )
  if (changes.length > 0) await parts.notices.change(changes, parts.now())
  return changes.length > 0
}

interface DueGiven {
  readonly subscriptions: readonly Subscription[]
  readonly notices: readonly Notice[]
  readonly incidentOf: IncidentFinder
  readonly isOpen: (line: NoticeLine) => boolean
}

async function tellDue(
  parts: TellParts,
  { subscriptions, notices, incidentOf, isOpen }: DueGiven,
): Promise<number> {
  const { now, settings } = parts
  const lately = { ...(await parts.notices.countTold(now() - hourMs)) }
  const byId = new Map(subscriptions.map((each) => [each.id, each]))
  const due: DueTask[] = []
  for (const notice of notices) {
    const subscription = byId.get(notice.subscription)
    if (!subscription) continue
    for (const n of dueTellings(notice, subscription, lately, isOpen, now(), settings())) {
      const key = `${subscription.id} ${n}`
      if (notice.endedAt === null) lately[key] = (lately[key] ?? 0) + 1
      due.push({
        tenant: subscription.tenant,
        isMail: subscription.targets[n]?.form === 'mail',
        tries: notice.tellings.find((each) => each.target === n)?.tries ?? 0,
        run: () => tellOne(parts, subscription, notice, n, incidentOf),
      })
    }
  }
  if (due.length === 0) return 0
  const house = (await parts.tenants()).find((each) => each.level === 'operator')?.id ?? null
  const { done, fault } = await runDue(due, house)
  if (fault !== null) throw fault
  return done
}
