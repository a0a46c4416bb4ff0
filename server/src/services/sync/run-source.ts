import { confirmationOf } from '#services/directory/confirmations.ts'
import { findShrinks, unconfirmed } from './guard-shrink.ts'
import type { Plan } from './make-plan.ts'
import { nextDue } from './next-due.ts'
import { listPushed } from './scim/list-pushed.ts'
import { SyncFault } from './sync-fault.ts'
import type { OpenedSource, SyncParts } from './sync-parts.ts'
import type {
  ClaimedRun,
  DirectoryRow,
  NumberedLine,
  PlanCounts,
  RunEnd,
  SyncRun,
  SyncSource,
} from './sync-store.ts'

/** Lines written and carried out in one transaction: mail waits behind none for longer than some milliseconds. */
const batch = 250
const page = 1000

const nothing: PlanCounts = {
  found: 0,
  add: 0,
  change: 0,
  remove: 0,
  take: 0,
  kept: 0,
  skipped: 0,
  elsewhere: 0,
  unchanged: 0,
  losses: {},
}

/** What a run came to, before it is written down. */
type Outcome = Pick<RunEnd, 'state' | 'counts' | 'fault'> & { readonly retryAfterMs: number | null }

/**
 * Carries out a run that was claimed: reads the source to its end, compares, and only then changes anything. Whatever
 * goes wrong before that leaves the directory as it was; what goes wrong within is done by the next run.
 */
export async function runSource(parts: SyncParts, claimed: ClaimedRun): Promise<RunEnd['state']> {
  const started = parts.now()
  const outcome = await attempt(parts, claimed)
  const { source, run } = claimed
  const failures = outcome.state === 'failed' ? source.failures + 1 : 0
  const { intervalMs } = parts.limits()
  const end: RunEnd = {
    run: run.id,
    source: source.id,
    owner: parts.owner,
    state: outcome.state,
    at: parts.now(),
    counts: outcome.counts,
    fault: outcome.fault,
    dueAt: source.enabled
      ? nextDue(parts.now(), intervalMs, failures, outcome.retryAfterMs, parts.random())
      : null,
  }
  await parts.store.finish(end)
  parts.count(claimed, outcome.fault?.code ?? outcome.state, parts.now() - started)
  return outcome.state
}

async function attempt(parts: SyncParts, claimed: ClaimedRun): Promise<Outcome> {
  const { source, run } = claimed
  try {
    const domains = await domainsOf(parts, source)
    const plan = await readInTime(parts, claimed, domains)
    if (run.orderedBy !== 'schedule' || changesAnything(plan)) await storeLines(parts, run, plan)
    const done = { state: 'done', counts: plan.counts, fault: null, retryAfterMs: null } as const
    if (run.kind !== 'run') return done
    if (await isTooMuch(parts, claimed, plan)) return { ...done, state: 'waiting' }
    await carryOut(parts, claimed, plan)
    return done
  } catch (cause) {
    const fault =
      cause instanceof SyncFault ? cause : new SyncFault('own-fault', String((cause as Error).message))
    return {
      state: 'failed',
      counts: nothing,
      fault: { code: fault.code, detail: fault.message },
      retryAfterMs: fault.retryAfterMs,
    }
  }
}

/** The domains that a source is for, those that are still its tenant's. @throws SyncFault */
async function domainsOf({ directory }: SyncParts, source: SyncSource): Promise<string[]> {
  const own = (await directory.domains())
    .filter((each) => each.tenant === source.tenant)
    .map((each) => each.name)
  const domains = source.domains === null ? own : own.filter((each) => source.domains?.includes(each))
  if (domains.length === 0)
    throw new SyncFault('wrong-settings', 'the tenant has none of the domains that it is for')
  return domains
}

async function readInTime(
  parts: SyncParts,
  { source, run }: ClaimedRun,
  domains: readonly string[],
): Promise<Plan> {
  const opened: OpenedSource = {
    id: source.id,
    tenant: source.tenant,
    kind: source.kind,
    settings: source.settings,
    takesOver: source.takesOver,
    secret: parts.openSecret(source),
    file: await contentOf(parts, source),
    domains,
    isTest: run.kind === 'test',
  }
  const { timeoutMs } = parts.limits()
  const signal = AbortSignal.any([parts.stopping, AbortSignal.timeout(timeoutMs)])
  const current = run.kind === 'test' ? noRows() : directoryOf(parts, domains)
  const late = new Promise<never>((_resolve, reject) => {
    const say = () =>
      reject(
        parts.stopping.aborted
          ? new SyncFault('own-fault', 'the server was stopped')
          : new SyncFault(
              'unreachable',
              `it was not read to its end within ${Math.round(timeoutMs / 1000)} s`,
            ),
      )
    if (signal.aborted) say()
    else signal.addEventListener('abort', say, { once: true })
  })
  return await Promise.race([parts.read(opened, current, signal), late])
}

/** What a source holds here already: a file that was sent in, or the people whom a directory has pushed. @throws SyncFault */
async function contentOf({ store, pushed, now }: SyncParts, source: SyncSource): Promise<string | null> {
  if (source.kind === 'csv') return store.file(source.id)
  return source.kind === 'scim' ? listPushed(pushed, source, now()) : null
}

async function* noRows(): AsyncGenerator<readonly DirectoryRow[]> {}

async function* directoryOf(
  { readStore }: SyncParts,
  domains: readonly string[],
): AsyncGenerator<readonly DirectoryRow[]> {
  for (const domain of domains) {
    for (let after = ''; ; ) {
      const rows = await readStore.directoryRows(domain, after, page)
      if (rows.length > 0) yield rows
      const last = rows.at(-1)
      if (rows.length < page || !last) break
      after = last.address
    }
  }
}

async function storeLines({ store }: SyncParts, run: SyncRun, { lines }: Plan): Promise<void> {
  for (let from = 0; from < lines.length; from += batch) {
    const some = lines
      .slice(from, from + batch)
      .map((each, index): NumberedLine => ({ ...each, n: from + index + 1 }))
    await store.addLines(run.id, some)
  }
}

/**
 * What is left alone or skipped is the same in each run. A run by itself that does nothing keeps only how many they are: a
 * directory that pushes all the time would fill the store with them.
 */
function changesAnything({ counts: { add, change, remove, take } }: Plan): boolean {
  return add + change + remove + take > 0
}

async function isTooMuch(parts: SyncParts, { source, run }: ClaimedRun, plan: Plan): Promise<boolean> {
  const { store, readStore, now, limits } = parts
  if (plan.counts.remove === 0) return false
  const { shrinkPercent, graceMs } = limits()
  const seen = run.confirms === null ? [] : await readStore.removals(run.confirms)
  const removed = plan.lines.flatMap((each) => (each.kind === 'remove' ? [each.address] : []))
  const losses = unconfirmed(plan.counts.losses, removed, new Set(seen))
  const lately = await store.lostSince(source.id, now() - graceMs)
  return findShrinks(losses, lately, shrinkPercent).length > 0
}

async function carryOut(parts: SyncParts, { source, run }: ClaimedRun, plan: Plan): Promise<void> {
  const { store, directory, owner, now } = parts
  if (plan.lines.length === 0) return
  // What a person has confirmed here need not be confirmed once more where the directory is put in force.
  if (run.confirms !== null)
    for (const [domain, { lost }] of Object.entries(plan.counts.losses))
      if (lost > 0) await directory.setFact(confirmationOf(domain), String(now()))
  for (let after: number | null = 0; after !== null; )
    after = await store.apply(run.id, owner, after, batch, now())
  if (!changesAnything(plan)) return
  const { add, change, remove, take } = plan.counts
  const detail = {
    source: source.id,
    run: run.id,
    added: add,
    changed: change,
    removed: remove,
    takenOver: take,
  }
  const of = { tenant: source.tenant, ip: '' }
  await directory.recordChange(now(), 'people-synced', `sync:${run.orderedBy}`, detail, of)
  await parts.publish()
}
