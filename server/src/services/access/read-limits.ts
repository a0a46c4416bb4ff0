import { domainOfName, isOfPeople } from '#ground/platform/reach-names.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/**
 * What a manager is limited to, as it is kept: domains, `group:DOMAIN/NAME`, and `user:ADDRESS` with the own address of
 * somebody, whichever of his was given. @throws OrderError that names what is not there
 */
export async function readLimits(
  directory: Pick<DirectoryStore, 'domains' | 'groups' | 'user'>,
  given: readonly string[],
): Promise<string[]> {
  const names = await Promise.all(
    given.map((each) => (isOfPeople(each) ? nameOfPeople(directory, each.toLowerCase()) : each)),
  )
  const known = new Set((await directory.domains()).map((each) => each.name))
  const missing = names.filter((each) => !known.has(domainOfName(each)))
  if (missing.length > 0) throw new OrderError('not-found', `there is no domain ${missing.join(', ')}`)
  return [...new Set(names)]
}

async function nameOfPeople(
  directory: Pick<DirectoryStore, 'groups' | 'user'>,
  name: string,
): Promise<string> {
  if (name.startsWith('user:')) {
    const user = await directory.user(name.slice('user:'.length))
    if (user) return `user:${user.owner}`
    throw new OrderError('not-found', `there is no user ${name.slice('user:'.length)}`)
  }
  const id = name.slice('group:'.length)
  if ((await directory.groups(domainOfName(name))).some((each) => each.id === id)) return name
  throw new OrderError('not-found', `there is no group ${id}; a group is called DOMAIN/NAME`)
}
