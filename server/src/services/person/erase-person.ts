import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { addressesOf } from './addresses-of.ts'
import type { PersonStore } from './person-store.ts'
import { withPseudonym } from './with-pseudonym.ts'

/** What is kept of a person by those who bring people, and who of them would bring him back. */
export interface PersonTraces<Source> {
  readonly sources: readonly Source[]
  /** Takes him out of it; answers of how many records. */
  erase(): Promise<number>
}

export interface EraseOrder<Source> {
  readonly person: PersonStore
  /** Looked at while he is still in the directory: by then it is known what sources call him. */
  readonly tracesOf: (addresses: readonly string[]) => Promise<PersonTraces<Source>>
  readonly directory: DirectoryStore
  readonly at: number
  readonly who: string
}

export interface Erased<Source> {
  /** Records that were changed or deleted. */
  readonly records: number
  /** Deliveries that are under way, held or in quarantine, and name him until they are settled. */
  readonly open: number
  /** Sources of user sync that named him: what is not ours cannot be taken out here, and would bring him back. */
  readonly sources: readonly Source[]
  /** What stands in place of his addresses. */
  readonly pseudonyms: readonly string[]
}

/** Records a step: mail comes in between two of them. */
export const eraseStep = 200

/**
 * Takes a person out of everything that is kept: directory, lists, rules, review, user sync, and the names in the
 * ledger, which keep a pseudonym so that the books still balance. Mail under way is left alone; ordering it again later does the
 * rest. The audit log keeps its lines for their time, and this act with the pseudonym only. @throws OrderError
 */
export async function erasePerson<Source>(
  order: EraseOrder<Source>,
  address: string,
  onProgress: (records: number) => void = () => undefined,
): Promise<Erased<Source>> {
  const { person, directory, at, who } = order
  const addresses = await addressesOf(address, directory, person)
  const erased = addresses.map((each) => withPseudonym(each))
  const pseudonyms = erased.map((each) => each.pseudonym)
  // It is many transactions: whatever is taken out has a line before it that says on whose word.
  await directory.recordChange(at, 'person-erase-began', who, { pseudonyms })
  const traces = await order.tracesOf(addresses)
  const known: string[] = []
  for (const each of addresses) if (await directory.user(each)) known.push(each)
  if (known.length > 0) await directory.removeUsers(known, at)
  let records = known.length + (await traces.erase())
  for (let done = -1; done !== 0; ) {
    done = await person.erase(erased, eraseStep, null)
    records += done
    onProgress(records)
  }
  await directory.recordChange(at, 'person-erased', who, { pseudonyms, records })
  return { records, open: await person.countOpen(addresses, null), sources: traces.sources, pseudonyms }
}
