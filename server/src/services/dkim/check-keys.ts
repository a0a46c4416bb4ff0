import { isTemporary } from '#ground/platform/dns/resolver.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { type DkimOrder, describeKey, recordOf } from './dkim-order.ts'
import { type DkimKey, inDkim } from './dkim-store.ts'

/** What DNS says of a key's record. */
export type RecordFound = 'published' | 'missing' | 'other' | 'unknown'

export interface CheckedKey {
  readonly key: DkimKey
  readonly found: RecordFound
  readonly changed: boolean
}

/**
 * Looks for the record of a key: one that is there makes the key sign, in the place of the one before it; one that has
 * gone stops that, since receivers would call the signature broken. What DNS does not answer changes nothing.
 * @param tenant whose domain it is; null: that of the site itself
 */
export async function checkKey(order: DkimOrder, key: DkimKey, tenant: string | null): Promise<CheckedKey> {
  const found = await findRecord(order, key)
  if (found === 'unknown') return { key, found, changed: false }
  const next = judge(key, found, order.at)
  const changed = next.state !== key.state
  const detail = { before: describeKey(key), after: describeKey(next) }
  const lines = changed ? [{ what: `dkim-key-${next.state}`, tenant, detail }] : []
  await changeRecorded(order, inDkim.putKey(next), ...lines)
  if (next.state === 'active') await retireOthers(order, next, tenant)
  return { key: next, found, changed }
}

function judge(key: DkimKey, found: RecordFound, at: number): DkimKey {
  const checked = { ...key, checkedAt: at }
  if (key.state === 'waiting' && found === 'published')
    return { ...checked, state: 'active', activeAt: key.activeAt ?? at }
  if (key.state === 'active' && found !== 'published') return { ...checked, state: 'waiting' }
  return checked
}

/** One key of an algorithm signs; the one before keeps its record for what it has signed. */
async function retireOthers(order: DkimOrder, active: DkimKey, tenant: string | null): Promise<void> {
  for (const each of await order.dkim.keys(active.domain)) {
    if (each.algorithm !== active.algorithm || each.state !== 'active' || each.selector === active.selector)
      continue
    const retired: DkimKey = { ...each, state: 'retired', retiredAt: order.at }
    await changeRecorded(order, inDkim.putKey(retired), {
      ...{ what: 'dkim-key-retired', tenant },
      detail: { before: describeKey(each), after: describeKey(retired) },
    })
  }
}

async function findRecord({ resolver }: DkimOrder, key: DkimKey): Promise<RecordFound> {
  const answer = await resolver.lookup(recordOf(key).name, 'TXT')
  if (isTemporary(answer)) return 'unknown'
  if (answer.status !== 'found') return 'missing'
  const isOwn = answer.records.some((segments) => publicPartOf(segments.join('')) === key.publicKey)
  return isOwn ? 'published' : 'other'
}

function publicPartOf(record: string): string {
  for (const tag of record.slice(0, 8192).split(';')) {
    const equals = tag.indexOf('=')
    if (tag.slice(0, equals).trim() === 'p') return tag.slice(equals + 1).replace(/\s/g, '')
  }
  return ''
}
