import { randomBytes } from 'node:crypto'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { removeResource } from '#services/sync/scim/push-resource.ts'
import { ScimError } from '#services/sync/scim/scim-error.ts'
import type { ScimStore } from '#services/sync/scim/scim-store.ts'
import type { SyncStore } from '#services/sync/sync-store.ts'
import { addressesOf } from './addresses-of.ts'
import { findSyncTraces, type NamingSource, type SyncTraces } from './find-sync-traces.ts'
import type { ErasedAddress, PersonStore } from './person-store.ts'

export interface EraseOrder {
  readonly person: PersonStore
  /** The same for long reads. */
  readonly readPerson: Pick<PersonStore, 'list'>
  readonly sync: Pick<SyncStore, 'source'>
  readonly scim: Pick<ScimStore, 'put' | 'remove' | 'resource'>
  readonly directory: DirectoryStore
  readonly at: number
  readonly who: string
}

export interface Erased {
  /** Records that were changed or deleted. */
  readonly records: number
  /** Deliveries that are under way, held or in quarantine, and name him until they are settled. */
  readonly open: number
  /** Sources of user sync that named him: what is not ours cannot be taken out here, and would bring him back. */
  readonly sources: readonly NamingSource[]
  /** What stands in place of his addresses. */
  readonly pseudonyms: readonly string[]
}

/** Records a step: mail comes in between two of them. */
const step = 200

/**
 * Takes a person out of everything that is kept: directory, lists, rules, review, user sync, and the names in the
 * ledger, which keep a pseudonym so that the books still balance. Mail under way is left alone; ordering it again later does the
 * rest. The audit log keeps its lines for their time, and this act with the pseudonym only. @throws OrderError
 */
export async function erasePerson(
  order: EraseOrder,
  address: string,
  onProgress: (records: number) => void = () => undefined,
): Promise<Erased> {
  const { person, directory, at, who } = order
  const addresses = await addressesOf(address, directory)
  const erased = addresses.map((each) => withPseudonym(each))
  const traces = await findSyncTraces(order.readPerson, order.sync, addresses)
  const known: string[] = []
  for (const each of addresses) if (await directory.user(each)) known.push(each)
  if (known.length > 0) await directory.removeUsers(known)
  let records = known.length + (await eraseTraces(order, traces))
  for (let done = -1; done !== 0; ) {
    done = await person.erase(erased, step)
    records += done
    onProgress(records)
  }
  const pseudonyms = erased.map((each) => each.pseudonym)
  await directory.recordChange(at, 'person-erased', who, { pseudonyms, records })
  return { records, open: await person.countOpen(addresses), sources: traces.sources, pseudonyms }
}

/** What a directory has pushed is removed as if it had said so: no run finds him there. */
async function eraseTraces({ person, scim, at }: EraseOrder, { lines, pushed }: SyncTraces): Promise<number> {
  let done = 0
  for (const { source, id } of pushed)
    try {
      await removeResource({ store: scim, readStore: scim, now: () => at }, source, 'user', id)
      done += 1
    } catch (cause) {
      // Its directory was faster, or its source is gone.
      if (!(cause instanceof ScimError && cause.status === 404)) throw cause
    }
  for (let from = 0; from < lines.length; from += step)
    done += await person.eraseLines(lines.slice(from, from + step))
  return done
}

/** A pseudonym says nothing, not even to whoever can guess the address. */
function withPseudonym(address: string): ErasedAddress {
  const domain = address.slice(address.lastIndexOf('@'))
  return { address, pseudonym: `erased-${randomBytes(6).toString('hex')}${domain}` }
}
