import type { RuleText } from '#flow/inspection/message-rule.ts'
import { normaliseAddress } from '#ground/mail/address.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { type Levels, readScope, type Scope } from './scope.ts'

/**
 * Rules ask only for groups, and mail goes by them only to people of whoever the rule belongs to, or of its customers: what comes to a tenant stays
 * with it. @throws OrderError
 */
export async function assertTargets(
  { actions, conditions, exceptions }: RuleText,
  scope: Scope,
  directory: Levels,
): Promise<void> {
  const owner = scope.name.startsWith('tenant:') ? scope.name : `tenant:${scope.tenant}`
  for (const { test, values } of [...conditions, ...exceptions])
    if (test === 'member-of') for (const id of values) await assertGroup(id, owner, directory)
  for (const action of actions) {
    if (action.do !== 'copy' && action.do !== 'redirect') continue
    const { domain } = normaliseAddress(action.to)
    const found = await readScope(`domain:${domain}`, directory).catch((cause: unknown) => {
      if (cause instanceof OrderError) return null
      throw cause
    })
    if (!found?.chain.includes(owner))
      throw new OrderError('wrong', `${action.to} is no address of ${owner}; rules send mail to no others`)
    if (!(await isThere(action.to, domain, directory)))
      throw new OrderError('wrong', `there is no user ${action.to}`)
  }
}

/** @throws OrderError where a group is none of the owner's */
async function assertGroup(id: string, owner: string, directory: Levels): Promise<void> {
  const { chain, name } = await readScope(`group:${id}`, directory)
  if (!chain.includes(owner) || name !== `group:${id.toLowerCase()}`)
    throw new OrderError('wrong', `there is no group ${id} of ${owner}`)
}

async function isThere(address: string, domain: string, directory: Levels): Promise<boolean> {
  const { lookupKey } = normaliseAddress(address)
  const [plus, at] = [lookupKey.indexOf('+'), lookupKey.lastIndexOf('@')]
  const untagged = plus > 0 ? `${lookupKey.slice(0, plus)}${lookupKey.slice(at)}` : lookupKey
  if ((await directory.user(lookupKey)) ?? (await directory.user(untagged))) return true
  const row = (await directory.domains()).find((each) => each.name === domain)
  return row?.settings.recipients === 'any'
}
