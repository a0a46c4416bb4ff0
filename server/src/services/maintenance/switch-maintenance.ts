import { type Maintenance, readMaintenance, writeMaintenance } from '#ground/platform/maintenance-file.ts'
import { type AccessOrder, recordAccess } from '#services/access/access-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'

const longestMs = 7 * 86_400_000

/** Closes the console until a moment. Mail flows, health and metrics answer. @throws OrderError */
export async function beginMaintenance(
  order: AccessOrder,
  folder: string,
  { until, text }: { readonly until: number; readonly text: string },
): Promise<Maintenance> {
  if (until <= order.at) throw new OrderError('wrong', 'the end has passed already')
  if (until > order.at + longestMs) throw new OrderError('wrong', 'maintenance lasts a week at most')
  const before = await readMaintenance(folder)
  const now = { since: before?.since ?? order.at, until, text: text.slice(0, 500), who: order.who }
  await writeMaintenance(folder, now)
  await note(order, 'maintenance-begun', { before, after: now })
  return now
}

/** Opens the console again. False: it was open. */
export async function endMaintenance(order: AccessOrder, folder: string): Promise<boolean> {
  const before = await readMaintenance(folder)
  if (before === null) return false
  await writeMaintenance(folder, null)
  await note(order, 'maintenance-ended', { before })
  return true
}

/** The store may be what is being worked at: maintenance is switched all the same, and the file tells who did it. */
async function note(order: AccessOrder, what: string, detail: Readonly<Record<string, unknown>>) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 2000)
  })
  const noted = recordAccess(order, what, null, detail).catch(() => undefined)
  await Promise.race([noted, late])
  clearTimeout(timer)
}
