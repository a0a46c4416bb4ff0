import type { Alarms } from '#ground/platform/alarms.ts'
import { inheritSettings } from '#ground/platform/inherit-settings.ts'
import { awaitedDomains } from './awaited-domains.ts'
import { type Confirmations, confirmationOf, isConfirmed, readConfirmed } from './confirmations.ts'
import { stateOf } from './directory-order.ts'
import type { DirectoryStore, Domain, Tenant } from './directory-store.ts'
import type { Shrink, SnapshotDomain, SnapshotState, SnapshotStore } from './snapshot-store.ts'
import { tellUnfinished } from './tell-unfinished.ts'

export interface PublishOptions {
  readonly directory: DirectoryStore
  readonly snapshots: SnapshotStore
  readonly alarms: Alarms
  readonly shrinkPercent: number
  readonly graceMs: number
  readonly now: () => number
}

/** What publishing has done. `held`: domains whose loss waits for a manager. */
export interface Published {
  readonly version: number
  readonly changed: boolean
  readonly held: readonly Shrink[]
}

/** The name under which losing whole domains is guarded and confirmed. */
export const allDomains = '*'

/** A publication takes seconds for millions of addresses. */
const longestTurnMs = 60_000

/**
 * Publishes when it is this caller's turn. Commands beside the server publish too: two at a time would write the
 * same file, and the slower one would put people out of force whom the faster one had just brought in.
 */
export function publishSnapshot(options: PublishOptions): Promise<Published> {
  return inTurn(options, () => publishInTurn(options))
}

/** The turn ends with the work, and with this process. @throws Error nobody gave it one */
async function inTurn<Answer>(
  { snapshots, now }: PublishOptions,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const until = now() + longestTurnMs
  while (!(await snapshots.tryLock())) {
    if (now() > until) throw new Error('another process has been publishing the directory for a minute')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  try {
    return await work()
  } finally {
    await snapshots.unlock()
  }
}

/**
 * Gives the flow a new snapshot of the directory, unless that would take away too much at once (N-05).
 * A domain that would lose more than the limit keeps its people until a manager confirms, counting also what went
 * away in small steps within the grace time; then the old people come back by themselves.
 */
async function publishInTurn(options: PublishOptions): Promise<Published> {
  const published = await publishChanges(options)
  await tellUnfinished(options)
  const { directory, graceMs, now } = options
  // What people had is kept as long as they can be restored.
  const held = published.held.map((each) => each.domain)
  const before = now() - graceMs
  if (!held.includes(allDomains))
    while (await directory.mayForgetLeft(before, held)) await directory.forgetLeft(before, held)
  return published
}

async function publishChanges(options: PublishOptions): Promise<Published> {
  const { directory, snapshots, alarms, shrinkPercent, graceMs, now } = options
  const state = await snapshots.state()
  const version = await directory.version()
  const [confirmed, awaited] = [await readConfirmed(directory), await awaitedDomains(directory)]
  // A snapshot remembers for the grace time whose mail waits: as long as there are any, it is made anew in time.
  const turn = Math.floor(now() / (graceMs / 2))
  const names = [...awaited.keys()].toSorted()
  const without = names.length === 0 ? '' : `, without ${stateOf(names)} in turn ${turn}`
  const source = `${version} at ${shrinkPercent} %, form ${snapshotForm}${without}`
  const last = readLast(await directory.fact(lastFact))
  // Comparing millions of addresses takes seconds: a directory that nobody has changed is not compared again.
  if (state !== null && confirmed.size === 0 && last?.version === state.version && last.source === source) {
    tellAlarms(alarms, last.held)
    await snapshots.confirm(now())
    return { version: state.version, changed: false, held: last.held }
  }
  const { held, version: made } = await compareAndPublish(options, state, confirmed)
  await directory.setFact(lastFact, JSON.stringify({ version: made, source, held } satisfies Last))
  const changed = made !== state?.version
  if (changed) for (const name of confirmed.keys()) await directory.setFact(confirmationOf(name), null)
  return { version: made, changed, held }
}

async function compareAndPublish(
  { directory, snapshots, alarms, shrinkPercent, graceMs, now }: PublishOptions,
  state: SnapshotState | null,
  confirmations: Confirmations,
): Promise<{ held: Shrink[]; version: number }> {
  const [tenants, all] = [await directory.tenants(), await directory.domains()]
  // Read after the domains: a domain that is among them was named here before.
  const awaited = await awaitedDomains(directory)
  const inForce = new Set(state?.domains)
  const isAwaited = ({ name }: Domain) => awaited.has(name) && !inForce.has(name)
  const domains = all.filter((each) => !isAwaited(each))
  const shrinks = state === null ? [] : await snapshots.compare(graceMs, now())
  const domainLoss = state === null ? null : lostDomains(state.domains, all)
  const held = [...shrinks, ...(domainLoss ? [domainLoss] : [])].filter(
    (each) => isTooMuch(each, shrinkPercent) && !isConfirmed(each, confirmations),
  )
  const isHeld = new Set(held.map((each) => each.domain))
  const confirmed = new Set([...confirmations.keys()].filter((each) => !isHeld.has(each)))
  tellAlarms(alarms, held)
  if (state !== null && isHeld.has(allDomains)) {
    await snapshots.confirm(now())
    return { held, version: state.version }
  }
  // Who is let go only now can be restored from now on, however long that was held.
  await directory.renewLeft(confirmedDomains(confirmed, state, all), now())
  const version = await snapshots.publish({
    domains: domains.map((each) => resolveDomain(each, tenants)),
    awaited: all.filter(isAwaited).map(({ name }) => name),
    held: [...isHeld],
    confirmed: [...confirmed],
    at: now(),
    graceMs,
  })
  return { held, version }
}

/** The domains that a confirmation is about: for `*` those that were in force and are gone. */
function confirmedDomains(
  confirmed: ReadonlySet<string>,
  state: SnapshotState | null,
  now: readonly Domain[],
): string[] {
  const names = new Set(now.map((each) => each.name))
  const gone = confirmed.has(allDomains) ? (state?.domains ?? []).filter((each) => !names.has(each)) : []
  return [...confirmed, ...gone].filter((each) => each !== allDomains)
}

/** What the last publication has held back and nobody has confirmed since. */
export async function heldLosses(directory: Pick<DirectoryStore, 'fact' | 'facts'>): Promise<Shrink[]> {
  const last = readLast(await directory.fact(lastFact))
  if (last === null || last.held.length === 0) return []
  const confirmed = await readConfirmed(directory)
  return last.held.filter((each) => !isConfirmed(each, confirmed))
}

/** What the last publication was made from, and what it held back. */
interface Last {
  readonly version: number
  readonly source: string
  readonly held: readonly Shrink[]
}

const lastFact = 'snapshot-source'

/** Grows when a snapshot holds more than before, so that a newer program does not go on with the older file. */
const snapshotForm = 9

function readLast(fact: string | null): Last | null {
  return fact === null ? null : (JSON.parse(fact) as Last)
}

/** Whether so much is gone that a manager has to confirm it. */
export function isTooMuch({ before, lost, lostBefore }: Shrink, percent: number): boolean {
  const gone = lost + lostBefore
  const all = before + lostBefore
  // One address of a handful is daily business; two or more, or all there are, may be an accident.
  return lost > 0 && (gone >= 2 || gone === all) && gone * 100 > percent * all
}

/** Domains in force that are not in the directory any more; null: there are none. */
export function lostDomains(before: readonly string[], now: readonly Domain[]): Shrink | null {
  const names = new Set(now.map((each) => each.name))
  const lost = before.filter((each) => !names.has(each)).length
  return lost === 0 ? null : { domain: allDomains, before: before.length, lost, lostBefore: 0 }
}

function tellAlarms(alarms: Alarms, held: readonly Shrink[]): void {
  const names = new Set(held.map((each) => each.domain))
  for (const open of alarms.open())
    if (open.name === 'directory-shrink' && !names.has(open.subject))
      alarms.clear('directory-shrink', open.subject)
  for (const { domain, before, lost, lostBefore } of held) {
    const [what, where] =
      domain === allDomains
        ? [`${lost} of ${before} domains`, 'in the list of domains']
        : [`${lost + lostBefore} of ${before + lostBefore} addresses of ${domain}`, "on the domain's page"]
    alarms.raise(
      'directory-shrink',
      domain,
      `${what} are missing in the directory; the old ones stay in force until somebody confirms it ${where}, or by "mailkeep directory confirm ${domain}"`,
    )
  }
}

function resolveDomain(domain: Domain, tenants: readonly Tenant[]): SnapshotDomain {
  const above = chainOf(domain.tenant, tenants)
  return {
    name: domain.name,
    tenant: domain.tenant,
    nextHop: domain.nextHop,
    policy: inheritSettings([...above, domain]),
    scopes: [...above.map((each) => `tenant:${each.id}`), `domain:${domain.name}`],
  }
}

/** The tenants above a domain, widest first. */
export function chainOf(id: string, tenants: readonly Tenant[]): Tenant[] {
  const chain: Tenant[] = []
  for (
    let next = tenants.find((each) => each.id === id);
    next && chain.length < 10;
    next = tenants.find((each) => each.id === next?.parent)
  ) {
    chain.unshift(next)
  }
  return chain
}
