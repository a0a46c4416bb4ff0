import { type DirectoryOrder, domainsOf } from '#services/directory/directory-order.ts'
import type { Domain } from '#services/directory/directory-store.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type Bypass, type BypassStore, inBypasses } from './bypass-store.ts'

export interface BypassOrder extends DirectoryOrder {
  readonly bypasses: BypassStore
}

const hourMs = 3_600_000
/** A bypass ends by itself after this time at most; whoever needs it longer says so again. */
export const longestHours = 24
const longestWhy = 500

/**
 * Notes that a domain's own servers send past us, and until when. A running one is given a new end.
 * @throws OrderError not-found, wrong
 */
export async function beginBypass(
  order: BypassOrder,
  name: string,
  { hours, why }: { readonly hours: number; readonly why: string },
): Promise<Bypass> {
  const { domain, before } = await bypassInReach(order, name)
  if (!(hours > 0 && hours <= longestHours))
    throw new OrderError('wrong', `a bypass lasts ${longestHours} hours at most`)
  const words = why.trim()
  if (words === '' || words.length > longestWhy)
    throw new OrderError('wrong', `say why, in ${longestWhy} letters at most`)
  const { at, who } = order
  const after = {
    ...{ domain: domain.name, since: before?.since ?? at, until: at + hours * hourMs, why: words, who },
  }
  const line = { what: 'bypass-begun', tenant: domain.tenant, detail: { before, after } }
  await changeRecorded(order, inBypasses.putBypass(after), line)
  return after
}

/** The domain sends through us again. @throws OrderError not-found: it has none */
export async function endBypass(order: BypassOrder, name: string): Promise<void> {
  const { domain, before } = await bypassInReach(order, name)
  if (before === null) throw new OrderError('not-found', `${domain.name} sends through here already`)
  const line = { what: 'bypass-ended', tenant: domain.tenant, detail: { before, after: null } }
  await changeRecorded(order, inBypasses.removeBypass(domain.name), line)
}

/** Bypasses of domains in reach that run now. */
export async function listBypasses(order: BypassOrder): Promise<Bypass[]> {
  const names = new Set((await domainsOf(order)).map((each) => each.name))
  return (await order.bypasses.bypasses()).filter((each) => names.has(each.domain) && each.until > order.at)
}

/** A domain in reach, and its bypass that runs now. @throws OrderError not-found */
async function bypassInReach(
  order: BypassOrder,
  name: string,
): Promise<{ domain: Domain; before: Bypass | null }> {
  const wanted = name.trim().toLowerCase()
  const domain = (await domainsOf(order)).find((each) => each.name === wanted)
  if (!domain) throw new OrderError('not-found', `there is no domain ${name.slice(0, 253)}`)
  const found = await order.bypasses.bypassOf(domain.name)
  return { domain, before: found !== null && found.until > order.at ? found : null }
}
