import { kindOf } from '#ground/platform/alarm-kinds.ts'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import type { AlarmMail, AlarmMailKind, AlarmState, AlarmStore, Subscription } from './alarm-store.ts'

export interface TellParts {
  readonly alarms: AlarmStore
  readonly tenants: () => Promise<Tenant[]>
  readonly domains: () => Promise<Domain[]>
  /** Hands a mail about an alarm over for delivery, under this id. */
  readonly send: (
    to: Subscription,
    alarm: AlarmState,
    kind: AlarmMailKind,
    messageId: string,
  ) => Promise<void>
  /** Whether a mail of this id has been handed over. */
  readonly wasSent: (messageId: string) => Promise<boolean>
  readonly newId: () => string
  readonly now: () => number
  readonly settings: () => {
    /** An alarm is told when it has lasted so long. */
    readonly afterMs: number
    /** It is over when it has not come back for so long. */
    readonly calmMs: number
    /** Mails to one address in an hour. */
    readonly perHour: number
  }
}

const hourMs = 3_600_000
const mostStates = 5000
/** What was told is known for so long. */
const rememberedMs = 400 * 24 * hourMs
/** A mail that was written down and has not been handed over since then is handed over now. */
const stuckMs = 15_000

/** Tells people of alarms: once when one lasts, once when it is over, or that it was wrong. */
export async function tellAlarms(parts: TellParts): Promise<number> {
  const { alarms, now, settings } = parts
  const at = now()
  const [states, subscriptions, mails] = await Promise.all([
    alarms.states(at - 24 * hourMs, mostStates),
    alarms.subscriptions(),
    alarms.mails(at - rememberedMs),
  ])
  if (subscriptions.length === 0 || states.length === 0) return 0
  const told = new Map(mails.map((each) => [keyOf(each, each.subscription, each.kind), each]))
  const scopes = scopesOf(await parts.tenants(), await parts.domains())
  const lately = new Map<string, number>()
  for (const each of mails)
    if (each.at > at - hourMs) lately.set(each.subscription, (lately.get(each.subscription) ?? 0) + 1)
  let sent = 0
  for (const state of states)
    for (const subscription of subscriptions) {
      if (!concerns(subscription, state, scopes)) continue
      const kind = dueKind(state, subscription, told, at, settings())
      if (kind === null) continue
      const count = lately.get(subscription.id) ?? 0
      // The rest is told in the next hour: a flood of mails is read by nobody.
      if (kind === 'raised' && count >= settings().perHour) continue
      lately.set(subscription.id, count + 1)
      if (await tell(parts, subscription, state, kind, told)) sent += 1
    }
  return sent
}

/** Levels that a domain stands at, and the operator's, whose alarms are all there are. */
interface Scopes {
  readonly of: ReadonlyMap<string, ReadonlySet<string>>
  readonly house: string | null
}

function scopesOf(tenants: readonly Tenant[], domains: readonly Domain[]): Scopes {
  const parents = new Map(tenants.map((each) => [each.id, each.parent]))
  const chains = new Map<string, readonly string[]>()
  const chainOf = (id: string, depth = 0): readonly string[] => {
    const known = chains.get(id)
    if (known || depth > 10) return known ?? []
    const parent = parents.get(id) ?? null
    const chain = [`tenant:${id}`, ...(parent === null ? [] : chainOf(parent, depth + 1))]
    chains.set(id, chain)
    return chain
  }
  const operator = tenants.find((each) => each.level === 'operator')
  return {
    of: new Map(
      domains.map((each) => [each.name, new Set([`domain:${each.name}`, ...chainOf(each.tenant)])]),
    ),
    house: operator ? `tenant:${operator.id}` : null,
  }
}

function concerns({ scope, names }: Subscription, state: AlarmState, scopes: Scopes): boolean {
  if (names.length > 0 && !names.includes(state.name)) return false
  return (
    scope === scopes.house || (isOfDomain(state) && (scopes.of.get(domainOf(state))?.has(scope) ?? false))
  )
}

/** Whether an alarm is about a domain of a tenant; all others are about the house. */
export function isOfDomain({ name }: Pick<AlarmState, 'name'>): boolean {
  return kindOf(name).isOfDomain === true
}

function domainOf({ subject }: AlarmState): string {
  return subject.slice(subject.lastIndexOf('@') + 1)
}

function dueKind(
  state: AlarmState,
  { id }: Subscription,
  told: ReadonlyMap<string, AlarmMail>,
  now: number,
  { afterMs, calmMs }: ReturnType<TellParts['settings']>,
): AlarmMailKind | null {
  const mail = (kind: AlarmMailKind) => told.get(keyOf(state, id, kind))
  const isDue = (kind: AlarmMailKind) => {
    const known = mail(kind)
    return known === undefined || (!known.sent && known.at < now - stuckMs)
  }
  if (!mail('raised')?.sent) {
    const lasts = state.clearedAt === null && state.withdrawn === null && now - state.since >= afterMs
    return lasts && isDue('raised') ? 'raised' : null
  }
  if (state.withdrawn !== null) return isDue('corrected') ? 'corrected' : null
  const isOver = state.clearedAt !== null && now - state.clearedAt >= calmMs
  return isOver && isDue('cleared') ? 'cleared' : null
}

/** Written down first: after a crash it is handed over then, and not twice. */
async function tell(
  { alarms, send, wasSent, newId, now }: TellParts,
  subscription: Subscription,
  state: AlarmState,
  kind: AlarmMailKind,
  told: ReadonlyMap<string, AlarmMail>,
): Promise<boolean> {
  const { name, subject, since } = state
  const known = told.get(keyOf(state, subscription.id, kind))
  const mail: AlarmMail = known ?? {
    ...{ subscription: subscription.id, name, subject, since, kind },
    ...{ at: now(), messageId: newId(), sent: false },
  }
  if (!known && !(await alarms.claimMail(mail))) return false
  if (!known || !(await wasSent(mail.messageId))) await send(subscription, state, kind, mail.messageId)
  await alarms.markSent(mail)
  return true
}

function keyOf(
  { name, subject, since }: Pick<AlarmState, 'name' | 'subject' | 'since'>,
  subscription: string,
  kind: AlarmMailKind,
): string {
  return [subscription, name, subject, since, kind].join('\n')
}
