import { normaliseAddress } from '#ground/mail/address.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'

const page = 1000

/** A person's address and aliases in lower case, also of one who has left the directory. @throws OrderError */
export async function addressesOf(
  text: string,
  directory: Pick<DirectoryStore, 'user' | 'users'>,
): Promise<string[]> {
  const { lookupKey, domain, local } = normaliseAddress(text.trim())
  if (domain === '' || local === '') throw new OrderError('wrong', `${text} is no address`)
  const known = await directory.user(lookupKey)
  const owner = known?.owner ?? lookupKey
  const found = new Set([lookupKey, owner])
  if (known) {
    for (let after = ''; ; ) {
      const users = await directory.users(known.domain, after, page)
      for (const each of users) if (each.owner === owner) found.add(each.address)
      const last = users.at(-1)
      if (users.length < page || !last) break
      after = last.address
    }
  }
  return [...found]
}
