import { recordOrder } from '#services/directory/directory-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type HistoryOrder, rebuild } from './import-history.ts'
import type { Source } from './incident.ts'

/**
 * Says that an entry is an incident of its own, whatever it looks like; or takes that back. The originals stay.
 * @throws OrderError not-found
 */
export async function separateEntry(
  order: HistoryOrder,
  { file, line }: Pick<Source, 'file' | 'line'>,
  apart: boolean,
): Promise<void> {
  const found = (await order.history.entries()).find((each) => each.file === file && each.line === line)
  if (!found) throw new OrderError('not-found', `the history has no entry at ${file}:${line}`)
  await order.history.setApart(found.id, apart)
  await rebuild(order.history)
  await recordOrder(order, 'history-entry-separated', null, {
    before: { file, line, apart: found.apart },
    after: { file, line, apart },
  })
}
