import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import { AlarmScopes } from './alarm-scopes.ts'
import type { Subscription } from './alarm-store.ts'
import type { Notice } from './notice-store.ts'
import { shownSubscription } from './subscribe.ts'
import { endToldMs, type TellParts } from './tell-alarms.ts'
import { tellApart } from './tell-apart.ts'

/**
 * Ends subscriptions to alarms of a tenant or a domain that is no more, or that is another tenant's now: its places hear
 * so, and the audit log has a line. What was told there is told to its end first, so that no pager stays open.
 */
export async function endOrphans(parts: TellParts): Promise<number> {
  const { alarms, notices, now } = parts
  const subscriptions = await alarms.subscriptions()
  if (subscriptions.length === 0) return 0
  const [tenants, domains] = await Promise.all([parts.tenants(), parts.domains()])
  const orphans = orphansAmong(subscriptions, tenants, domains)
  if (orphans.length === 0) return 0
  const unsettled = new Set(
    (await notices.unsettled(now() - endToldMs)).filter(isUnderWay).map((each) => each.subscription),
  )
  let ended = 0
  for (const each of orphans) {
    if (unsettled.has(each.id)) continue
    const detail = { ...shownSubscription(each), why: `${each.scope} is gone` }
    const isThere = tenants.some(({ id }) => id === each.tenant)
    const of = { tenant: isThere ? each.tenant : null, ip: '' }
    // Before it is gone: what fails here is tried again in the next round, and nothing of it is lost.
    await parts.directory.recordChange(now(), 'alarm-unsubscribed', 'alarms', detail, of)
    if (!(await alarms.removeSubscription(each.id))) continue
    await tellApart(
      parts,
      each,
      'ended',
      `${nameOf(each)} is gone from here. This was the last message about it.`,
    )
    await notices.forgetSubscription(each.id)
    ended += 1
  }
  return ended
}

function isUnderWay({ endedAt, revision, tellings }: Notice): boolean {
  return endedAt === null || tellings.some((each) => each.toldRevision < revision)
}

function orphansAmong(
  subscriptions: readonly Subscription[],
  tenants: readonly Tenant[],
  domains: readonly Domain[],
): Subscription[] {
  const scopes = new AlarmScopes(tenants, domains)
  const known = new Set(tenants.map((each) => `tenant:${each.id}`))
  return subscriptions.filter(({ scope, tenant }) =>
    scope.startsWith('domain:') ? !scopes.isBelow(scope.slice('domain:'.length), tenant) : !known.has(scope),
  )
}

function nameOf({ scope }: Subscription): string {
  const [kind = '', ...name] = scope.split(':')
  return `The ${kind} ${name.join(':')}, whose alarms were told here,`
}
