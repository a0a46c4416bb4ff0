import { normaliseAddress } from '#ground/mail/address.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PersonStore } from './person-store.ts'

/** A person's address and aliases in lower case, also of one who has left the directory. @throws OrderError */
export async function addressesOf(
  text: string,
  directory: Pick<DirectoryStore, 'user'>,
  person: Pick<PersonStore, 'addressesOf'>,
): Promise<string[]> {
  const { lookupKey, domain, local } = normaliseAddress(text.trim())
  if (domain === '' || local === '') throw new OrderError('wrong', `${text} is no address`)
  const owner = (await directory.user(lookupKey))?.owner ?? lookupKey
  return [...new Set([lookupKey, owner, ...(await person.addressesOf(owner))])]
}
