import { normaliseAddress, parseMailbox } from '#ground/mail/address.ts'
import { isAsciiDomain, normaliseDomain } from '#ground/mail/domain.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { KeptSender } from './policy-store.ts'
import { publicMailDomains } from './public-mail-domains.ts'
import type { Scope } from './scope.ts'

type Kind = KeptSender['kind']

/** Puts an exact address or an exact domain on a list of a level. @throws OrderError */
export async function addSender(
  order: PolicyOrder,
  scope: Scope,
  kind: Kind,
  text: string,
): Promise<{ readonly sender: KeptSender; readonly notice: string | null }> {
  const entry = readEntry(text)
  if (kind === 'allow') await refuseRisky(order, entry)
  const sender: KeptSender = { scope: scope.name, entry, kind, addedAt: order.at, addedBy: order.who }
  const others = await order.policy.senders(null)
  await order.policy.putSender(sender)
  await order.directory.recordChange(order.at, `${kind}-added`, order.who, { scope: scope.name, entry })
  return { sender, notice: noticeFor(sender, scope, others) }
}

/** Takes an entry off a list. @throws OrderError where it is not on it */
export async function removeSender(
  order: PolicyOrder,
  scope: Scope,
  kind: Kind,
  text: string,
): Promise<KeptSender['entry']> {
  const entry = readEntry(text)
  if (!(await order.policy.deleteSender({ scope: scope.name, entry, kind })))
    throw new OrderError('not-found', `${entry} is not on the ${kind} list of ${scope.name}`)
  await order.directory.recordChange(order.at, `${kind}-removed`, order.who, { scope: scope.name, entry })
  return entry
}

function readEntry(text: string): string {
  const bare = text.trim().replace(/^<(.*)>$/s, '$1')
  if (/[*?]/.test(bare))
    throw new OrderError('wrong', `${bare}: lists take exact addresses and domains, no wildcards`)
  if (parseMailbox(bare, { smtputf8: true })?.domain) return normaliseAddress(bare).lookupKey
  const domain = normaliseDomain(bare.replace(/^@/, ''))
  if (isAsciiDomain(domain) && domain.includes('.')) return domain
  throw new OrderError('wrong', `${text} is no mail address and no domain`)
}

/** GW-21: what anybody can write from must not be let through for everybody. */
async function refuseRisky({ directory }: PolicyOrder, entry: string): Promise<void> {
  const domain = entry.slice(entry.lastIndexOf('@') + 1)
  if ((await directory.domains()).some((each) => each.name === domain))
    throw new OrderError(
      'wrong',
      `${domain} is a domain of yours and cannot be allowed: whoever forges your own people would get through. Real mail of yours needs no entry; if it is held, look at its SPF and DKIM`,
    )
  if (publicMailDomains.has(entry))
    throw new OrderError(
      'wrong',
      `${entry} is a public mail service and cannot be allowed: anybody can get an address there. Allow the exact address instead`,
    )
}

/** What whoever adds it may not expect: allow beats block, at every level. */
function noticeFor({ entry, kind }: KeptSender, scope: Scope, others: readonly KeptSender[]): string | null {
  const domain = entry.slice(entry.lastIndexOf('@') + 1)
  const opposite = others.find(
    (each) =>
      each.kind !== kind &&
      (each.entry === entry || each.entry === domain) &&
      scope.chain.includes(each.scope),
  )
  if (!opposite) return null
  return kind === 'block'
    ? `${opposite.entry} is on the allow list of ${opposite.scope}, which beats this entry for the mail that it allows`
    : `${opposite.entry} is on the block list of ${opposite.scope}; this entry beats it`
}
