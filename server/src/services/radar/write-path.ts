import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { RadarOrders } from './radar-parts.ts'
import { inRadar, type RadarPath } from './radar-store.ts'
import { type Asker, readTarget } from './start-test.ts'

const mostPaths = 200
const shortestMs = 1000

/**
 * Watches a way of mail: a mailbox that answers by itself is mailed again and again.
 * @throws OrderError
 */
export async function addPath(
  { radar, directory, newId, now }: RadarOrders,
  { who, ip, tenant }: Asker,
  {
    address: given,
    name,
    everyMs,
  }: { readonly address: string; readonly name: string; readonly everyMs: number },
): Promise<RadarPath> {
  const { domain, address } = readTarget(given)
  if (address === null) throw new OrderError('wrong', 'name a mailbox that answers by itself')
  if (everyMs < shortestMs) throw new OrderError('wrong', 'that is too often')
  const own = (await directory.domains()).find((each) => each.name === domain)
  // Mail again and again goes to whoever is ours only: nobody else has asked for it.
  if (!own || own.tenant !== tenant)
    throw new OrderError(
      'wrong',
      `${domain} is no domain of ${tenant}: paths lead to mailboxes of its own domains`,
    )
  const before = await radar.paths({ tenants: [tenant], domains: null }, '', mostPaths)
  if (before.length >= mostPaths) throw new OrderError('conflict', `${tenant} has ${mostPaths} paths already`)
  if (before.some((each) => each.address === address))
    throw new OrderError('conflict', `there is a path by ${address} already`)
  const path = {
    ...{ id: newId(), tenant, domain, address, everyMs },
    ...{ name: name.trim().slice(0, 100), addedAt: now(), addedBy: who },
  }
  await changeRecorded({ directory, at: now(), who, ip }, inRadar.addPath(path), {
    ...{ what: 'radar-path-added', tenant, detail: { path: path.id, address } },
  })
  return path
}

/** @throws OrderError not-found */
export async function removePath(
  { directory, now }: RadarOrders,
  { who, ip }: Pick<Asker, 'who' | 'ip'>,
  { id, tenant, address }: RadarPath,
): Promise<void> {
  const line = { what: 'radar-path-removed', tenant, detail: { path: id, address } }
  const remove = inRadar.removePath(id)
  if (!(await changeRecorded({ directory, at: now(), who, ip }, remove, line)))
    throw new OrderError('not-found', `there is no path ${id}`)
}
