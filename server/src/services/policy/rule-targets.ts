import type { RuleText } from '#flow/inspection/message-rule.ts'
import { normaliseAddress } from '#ground/mail/address.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type Levels, readScope, type Scope } from './scope.ts'

/** Whether whoever writes a rule reaches a group or a person (`group:DOMAIN/NAME`, `user:ADDRESS`). */
export type ReachesLevel = (level: string) => Promise<boolean>

/**
 * Rules ask only for groups, and mail goes by them only to people of whoever the rule belongs to, or of its customers: what comes to a tenant stays
 * with it. @param reaches absent: whoever writes it reaches all of these. @throws OrderError
 */
export async function assertTargets(
  { actions, conditions, exceptions }: RuleText,
  scope: Pick<Scope, 'name' | 'tenant'>,
  directory: Levels,
  reaches: ReachesLevel = async () => true,
): Promise<void> {
  const owner = scope.name.startsWith('tenant:') ? scope.name : `tenant:${scope.tenant}`
  for (const { test, values } of [...conditions, ...exceptions])
    if (test === 'member-of') for (const id of values) await assertGroup(id, owner, directory, reaches)
  for (const action of actions) {
    if (action.do !== 'copy' && action.do !== 'redirect') continue
    const { domain } = normaliseAddress(action.to)
    const found = await readScope(`domain:${domain}`, directory).catch((cause: unknown) => {
      if (cause instanceof OrderError) return null
      throw cause
    })
    if (!found?.chain.includes(owner))
      throw new OrderError('wrong', `${action.to} is no address of ${owner}; rules send mail to no others`)
    if (!(await isThere(action.to, domain, directory, reaches)))
      throw new OrderError('wrong', `there is no user ${action.to}`)
  }
}

/** @throws OrderError where a group is none of the owner's */
async function assertGroup(
  id: string,
  owner: string,
  directory: Levels,
  reaches: ReachesLevel,
): Promise<void> {
  const found = await readScope(`group:${id}`, directory).catch((cause: unknown) => {
    if (cause instanceof OrderError) return null
    throw cause
  })
  const name = `group:${id.toLowerCase()}`
  const isOwn = found?.chain.includes(owner) && found.name === name
  if (!isOwn || !(await reaches(name))) throw new OrderError('wrong', `there is no group ${id} of ${owner}`)
}

async function isThere(
  address: string,
  domain: string,
  directory: Levels,
  reaches: ReachesLevel,
): Promise<boolean> {
  const { lookupKey } = normaliseAddress(address)
  const [plus, at] = [lookupKey.indexOf('+'), lookupKey.lastIndexOf('@')]
  const untagged = plus > 0 ? `${lookupKey.slice(0, plus)}${lookupKey.slice(at)}` : lookupKey
  const user = (await directory.user(lookupKey)) ?? (await directory.user(untagged))
  if (user) return reaches(`user:${user.owner}`)
  if (!(await reaches(`user:${lookupKey}`))) return false
  const row = (await directory.domains()).find((each) => each.name === domain)
  return row?.settings.recipients === 'any'
}
