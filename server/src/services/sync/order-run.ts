import { newId } from '#ground/platform/ids.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { inSync, type SyncOrder, syncRecorded } from './sync-order.ts'
import type { RunKind, SyncRun, SyncSource } from './sync-store.ts'

/** Asks for a test, a preview or a run; it begins within a moment. Answers its id. @throws OrderError */
export async function orderRun(order: SyncOrder, source: SyncSource, kind: RunKind): Promise<string> {
  if (kind === 'run' && !source.enabled)
    throw new OrderError('conflict', `${source.name} is not enabled; make a preview, then enable it`)
  return queue(order, source, kind, null)
}

/** Lets a loss go that waits: a run follows that may take away exactly whom the manager has seen. @throws OrderError */
export async function confirmLoss(order: SyncOrder, source: SyncSource, run: string): Promise<string> {
  if (source.waitingRun === null || source.waitingRun !== run)
    throw new OrderError('not-found', `no loss of ${source.name} waits by that run; look at the latest one`)
  return queue(order, source, 'run', run)
}

/** Lets a source run by itself, at once for the first time. @throws OrderError where nobody has seen what it would do */
export async function enableSource(order: SyncOrder, source: SyncSource): Promise<void> {
  if (source.previewedRevision !== source.revision)
    throw new OrderError(
      'conflict',
      `what ${source.name} would do has not been looked at; make a preview first`,
    )
  await syncRecorded(order, inSync.switchSource(source.id, true, order.at), 'sync-source-enabled', source)
}

/** Stops a source; its people stay as they are. */
export async function disableSource(order: SyncOrder, source: SyncSource): Promise<void> {
  await syncRecorded(order, inSync.switchSource(source.id, false, null), 'sync-source-disabled', source)
}

async function queue(
  order: SyncOrder,
  source: SyncSource,
  kind: RunKind,
  confirms: string | null,
): Promise<string> {
  const run: Pick<SyncRun, 'id' | 'source' | 'tenant' | 'kind' | 'orderedBy' | 'confirms' | 'queuedAt'> = {
    id: newId(order.at),
    source: source.id,
    tenant: source.tenant,
    kind,
    orderedBy: order.who,
    confirms,
    queuedAt: order.at,
  }
  const what = confirms === null ? `sync-${kind}-ordered` : 'sync-loss-confirmed'
  const detail = { run: run.id, ...(confirms !== null && { confirms }) }
  if (!(await syncRecorded(order, inSync.queueRun(run), what, source, detail)))
    throw new OrderError('conflict', `a ${kind} of ${source.name} is about to begin already`)
  return run.id
}
