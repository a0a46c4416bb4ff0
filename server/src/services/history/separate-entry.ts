import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { inHistory } from './history-store.ts'
import { type HistoryOrder, rebuild } from './import-history.ts'
import type { HistoryIncident, Source } from './incident.ts'

/** An entry by its place; or by its id, where several documents have the same name. */
type Named = Pick<Source, 'file' | 'line'> | { readonly id: string }

/**
 * Says that an entry is an incident of its own, whatever it looks like; or takes that back. The originals stay.
 * @throws OrderError not-found
 */
export async function separateEntry(
  order: HistoryOrder,
  named: Named,
  apart: boolean,
): Promise<HistoryIncident> {
  const found = (await order.history.entries()).find((each) =>
    'id' in named ? each.id === named.id : each.file === named.file && each.line === named.line,
  )
  if (!found)
    throw new OrderError(
      'not-found',
      `the history has no entry ${'id' in named ? named.id : `at ${named.file}:${named.line}`}`,
    )
  const { id, file, line } = found
  const incidents = await rebuild(order, async () => {
    await changeRecorded(order, inHistory.setApart(id, apart), {
      ...{ what: 'history-entry-separated', tenant: null },
      detail: { before: { file, line, apart: found.apart }, after: { file, line, apart } },
    })
  })
  const own = incidents.find(({ sources }) => sources.some((each) => each.id === id))
  if (!own) throw new OrderError('not-found', `the history has no entry ${id}`)
  return own
}
