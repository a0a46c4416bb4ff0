import { OrderError } from '#services/ledger/order-error.ts'
import { assertSeen, changedMeanwhile, type DirectoryOrder, domainsOf } from './directory-order.ts'
import type { User } from './directory-store.ts'
import { type NewUser, readUser } from './read-user.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

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
  const lines = linesOf(users, new Map(found.map((each) => [each.name, each.tenant])))
  const added = isChange
    ? await changeOne(order, only, lines)
    : await changeRecorded(order, inDirectory.putUsers(users, order.at), ...lines)
  return { users, added }
}

type Lines = Parameters<typeof changeRecorded>[2][]

/** A line for each tenant. */
function linesOf(users: readonly User[], tenants: ReadonlyMap<string, string>): Lines {
  const byTenant = Map.groupBy(users, (each) => tenants.get(each.domain) ?? '')
  return [...byTenant].map(([tenant, own]) => ({
    ...{ what: 'users-added', tenant },
    detail: { addresses: own.slice(0, 100).map((each) => each.address), users: own.length },
  }))
}

/** What people change of somebody by hand, for telling one state from another. */
export function userState({ address, kind, owner, displayName }: Omit<User, 'domain' | 'settings'>) {
  return { address, kind, owner, displayName }
}

/** Changes somebody as he was seen. Answers how many are new: none. */
async function changeOne(order: DirectoryOrder, user: User, lines: Lines): Promise<number> {
  const known = await order.directory.user(user.address)
  if (!known) throw new OrderError('not-found', `there is no user ${user.address}`)
  assertSeen(order, userState(known), known.address)
  const change = inDirectory.changeUser(user, order.at, known)
  if (!(await changeRecorded(order, change, ...lines))) throw changedMeanwhile(known.address)
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
