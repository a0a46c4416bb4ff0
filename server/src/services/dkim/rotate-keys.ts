import type { Alarms } from '#ground/platform/alarms.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { checkKey } from './check-keys.ts'
import { type DkimOrder, describeKey, recordOf } from './dkim-order.ts'
import { type DkimKey, inDkim } from './dkim-store.ts'
import { makeKey } from './make-key.ts'

const day = 86_400_000
/** Product: a key signs for 180 days. */
const longestMs = 180 * day
/** What it signed last may wait five days for its receiver, and be looked at again for some more. */
const keptMs = 12 * day
/** How often a record that was there is looked for again. */
const againMs = 3_600_000

/**
 * One round over the keys of all domains: looks for records, makes the key that follows an old one, and drops those that
 * nobody needs any more. Answers whether anything changed that the flow has to know.
 */
export async function tendKeys(order: DkimOrder, alarms: Alarms): Promise<boolean> {
  const tenants = new Map<string, string | null>()
  if (order.ownDomain !== undefined) tenants.set(order.ownDomain, null)
  for (const { name, tenant } of await order.directory.domains()) tenants.set(name, tenant)
  let changed = false
  const keys = await order.dkim.keys(null)
  endRemoved(keys, alarms)
  for (const key of keys) {
    const tenant = tenants.get(key.domain)
    const isOver = key.state === 'retired' && order.at - (key.retiredAt ?? order.at) > keptMs
    if (tenant === undefined || isOver) {
      await dropKey(order, key, tenant ?? null)
      alarms.clear('dkim-record', subjectOf(key))
    } else if (key.state === 'waiting' || (key.state === 'active' && isDue(key, order.at)))
      changed = (await tendKey(order, key, tenant, alarms)) || changed
  }
  return changed
}

const isDue = ({ checkedAt }: DkimKey, at: number) => checkedAt === null || at - checkedAt >= againMs

async function tendKey(
  order: DkimOrder,
  key: DkimKey,
  tenant: string | null,
  alarms: Alarms,
): Promise<boolean> {
  const checked = await checkKey(order, key, tenant)
  tellRecord(checked.key, alarms)
  const { state, activeAt, domain, algorithm } = checked.key
  if (state !== 'active' || order.at - (activeAt ?? order.at) < longestMs) return checked.changed
  const others = await order.dkim.keys(domain)
  if (!others.some((each) => each.algorithm === algorithm && each.state === 'waiting'))
    tellRecord(await makeKey({ ...order, who: rotation }, domain, algorithm), alarms)
  return checked.changed
}

const rotation = 'rotation'

/** Whoever makes a key by hand sees its record then; what is asked for later has to be told. */
function tellRecord(key: DkimKey, alarms: Alarms): void {
  const { name, value } = recordOf(key)
  const subject = subjectOf(key)
  if (key.state !== 'waiting') alarms.clear('dkim-record', subject)
  else if (key.activeAt !== null)
    alarms.raise(
      'dkim-record',
      subject,
      `the record ${name} is not in DNS any more, so nothing is signed with its key`,
    )
  else if (key.madeBy === rotation)
    alarms.raise(
      'dkim-record',
      subject,
      `put the TXT record ${name} into DNS: ${value}; the old key signs until then`,
    )
}

/** Nobody waits for the record of a key that was removed, by hand or by another process. */
function endRemoved(keys: readonly DkimKey[], alarms: Alarms): void {
  const kept = new Set(keys.map(subjectOf))
  for (const { name, subject } of alarms.open())
    if (name === 'dkim-record' && !kept.has(subject)) alarms.clear(name, subject)
}

/** It ends in the domain, whose tenant hears of it. */
const subjectOf = ({ domain, selector }: DkimKey) => `${selector} of ${domain}`

async function dropKey(order: DkimOrder, key: DkimKey, tenant: string | null): Promise<void> {
  await changeRecorded(order, inDkim.removeKey(key.domain, key.selector), {
    ...{ what: 'dkim-key-dropped', tenant, detail: { before: describeKey(key), after: null } },
  })
}
