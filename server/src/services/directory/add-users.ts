import { OrderError } from '#services/ledger/order-error.ts'
import {
  assertSeen,
  changedMeanwhile,
  type DirectoryOrder,
  domainsOf,
  recordOrder,
} from './directory-order.ts'
import type { User } from './directory-store.ts'
import { type NewUser, readUser } from './read-user.ts'

/** Adds people and aliases, or changes those that are there; all of them or none. @throws OrderError */
export async function addUsers(
  order: DirectoryOrder,
  given: readonly NewUser[],
): Promise<{ users: User[]; added: number }> {
  const found = await domainsOf(order)
  const domains = new Set(found.map((each) => each.name))
  const users = given.map((each) => {
    const user = readUser(each, (domain) => domains.has(domain))
    if (typeof user === 'string') throw new OrderError('wrong', user)
    return user
  })
  for (const user of users) await checkOwner(order, user, users)
  const [only] = users
  const isChange = order.seen !== undefined && order.seen !== null && only !== undefined && users.length === 1
  const added = isChange ? await changeOne(order, only) : await order.directory.putUsers(users, order.at)
  const tenants = new Map(found.map((each) => [each.name, each.tenant]))
  for (const tenant of new Set(users.map((each) => tenants.get(each.domain) ?? ''))) {
    const own = users.filter((each) => tenants.get(each.domain) === tenant)
    await recordOrder(order, 'users-added', tenant, {
      addresses: own.slice(0, 100).map((each) => each.address),
      users: own.length,
    })
  }
  return { users, added }
}

/** What people change of somebody by hand, for telling one state from another. */
export function userState({ address, kind, owner, displayName }: Omit<User, 'domain' | 'settings'>) {
  return { address, kind, owner, displayName }
}

/** Changes somebody as he was seen. Answers how many are new: none. */
async function changeOne(order: DirectoryOrder, user: User): Promise<number> {
  const known = await order.directory.user(user.address)
  if (!known) throw new OrderError('not-found', `there is no user ${user.address}`)
  assertSeen(order, userState(known), known.address)
  if (!(await order.directory.changeUser(user, order.at, known))) throw changedMeanwhile(known.address)
  return 0
}

async function checkOwner(order: DirectoryOrder, user: User, others: readonly User[]): Promise<void> {
  if (user.kind === 'user') return
  const owner = others.find((each) => each.address === user.owner) ?? (await order.directory.user(user.owner))
  if (owner === null)
    throw new OrderError('not-found', `there is no user ${user.owner} that ${user.address} could belong to`)
  if (owner.kind === 'alias')
    throw new OrderError('wrong', `${user.owner} is an alias itself; name its owner ${owner.owner}`)
}
