import { liftSuppression } from '#services/suppression/lift-suppression.ts'
import { listSuppressions } from '#services/suppression/list-suppressions.ts'
import { suppress } from '#services/suppression/suppress.ts'
import type { SuppressionOrder } from '#services/suppression/suppression-order.ts'
import { type SuppressionCause, suppressionCauses } from '#services/suppression/suppression-store.ts'
import { UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { orderOf } from './order-of.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const dayMs = 86_400_000

const list: SiteCommand = {
  name: 'list',
  summary: 'lists recipients that are left alone now',
  help: `Usage: mailkeep suppression list [TEXT] [--tenant TENANT] [--cause bounce|complaint|hand]
Lists recipients that mail of our people does not go to for a while, and why; TEXT is a part of the address.
Each such mail comes back to its sender at once, with the reason. Mail that comes in is not touched by it.`,
  options: { tenant: { type: 'string' }, cause: { type: 'string' } },
  async run(site, given, out) {
    const [text, ...more] = given.words
    if (more.length > 0) throw new UseError('name one part of an address')
    const [cause, tenant] = [readCause(given.text('cause')), given.text('tenant')]
    const within = tenant === undefined ? null : { tenants: [tenant], domains: null }
    const { lines } = await listSuppressions(suppressionOrderOf(site), within, {
      ...{ limit: 10_000, ...(text !== undefined && { text }) },
      ...(cause && { cause }),
    })
    const rows = lines.map((each) => [
      each.id,
      each.tenant,
      clip(each.address, 40),
      each.cause === 'bounce' ? each.class : each.cause,
      new Date(each.until).toISOString().slice(0, 16),
      clip(each.words || each.note, 50),
    ])
    const head = ['entry', 'tenant', 'recipient', 'why', 'until', 'words']
    out.answer({ suppressions: lines }, rows.length === 0 ? 'No recipient is left alone.' : table(head, rows))
    return 0
  },
}

const add: SiteCommand = {
  name: 'add',
  summary: 'stops mail to a recipient',
  help: `Usage: mailkeep suppression add TENANT ADDRESS [--days N] [--note TEXT]
Mail of the tenant's people to the address comes back to them at once, for so many days (365).`,
  options: { days: { type: 'string' }, note: { type: 'string' } },
  async run(site, given, out) {
    const [tenant, address, ...more] = given.words
    if (tenant === undefined || address === undefined || more.length > 0)
      throw new UseError('name a tenant and one address')
    const days = given.text('days') ?? '365'
    if (!/^\d{1,4}$/.test(days)) throw new UseError('--days is a whole number')
    const note = given.text('note')
    const added = await suppress(suppressionOrderOf(site), {
      ...{ tenant, address, lastsMs: Number(days) * dayMs },
      ...(note !== undefined && { note }),
    })
    out.answer(added, `${added.id}: mail of ${tenant} to ${added.address} comes back for ${days} days.`)
    return 0
  },
}

const remove: SiteCommand = {
  name: 'remove',
  summary: 'lets mail to a recipient leave again',
  help: `Usage: mailkeep suppression remove ENTRY
Mail to the recipient leaves again from now on; what bounces had said of it is forgotten.`,
  options: {},
  async run(site, given, out) {
    const [id, ...more] = given.words
    if (id === undefined || more.length > 0) throw new UseError('name one entry')
    const { address, tenant } = await liftSuppression(suppressionOrderOf(site), id)
    out.answer({ id, address }, `Mail of ${tenant} to ${address} leaves again.`)
    return 0
  },
}

function suppressionOrderOf(site: Site): SuppressionOrder {
  return { ...orderOf(site), suppressions: site.suppressions }
}

function readCause(text: string | undefined): SuppressionCause | undefined {
  const found = suppressionCauses.find((each) => each === text)
  if (text !== undefined && !found) throw new UseError(`--cause is one of ${suppressionCauses.join(', ')}`)
  return found
}

/** `./mailkeep suppression`. */
export const command: GroupCommand = {
  name: 'suppression',
  summary: 'recipients that mail does not go to: lists them, adds, takes off',
  verbs: [list, add, remove],
}
