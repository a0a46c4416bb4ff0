import { normaliseAddress, parseMailbox } from '#ground/mail/address.ts'
import { isAsciiDomain, normaliseDomain } from '#ground/mail/domain.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { makeStep } from './make-step.ts'
import { namedTo } from './named-to.ts'
import type { PolicyOrder } from './policy-order.ts'
import type { KeptSender } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'
import { publicMailDomains } from './public-mail-domains.ts'
import type { Scope } from './scope.ts'

type Kind = KeptSender['kind']

/** Entries that one step may change: a file of senders. */
const mostEntries = 5000

/** What became of entries that somebody wants on a list. */
export interface ListedEntries {
  readonly added: readonly string[]
  /** Those that are on it already. */
  readonly already: readonly string[]
  /** What whoever adds it may not expect. */
  readonly notices: readonly { readonly entry: string; readonly text: string }[]
  /** Texts that cannot be taken, and why. */
  readonly refused: readonly { readonly entry: string; readonly text: string }[]
  /** Null: nothing was changed. */
  readonly version: number | null
}

/** Puts an exact address or an exact domain on a list of a level. @throws OrderError */
export async function addSender(
  order: PolicyOrder,
  scope: Scope,
  kind: Kind,
  text: string,
): Promise<{ readonly sender: KeptSender; readonly notice: string | null }> {
  const { refused, notices } = await addSenders(order, scope, [{ kind, text }])
  if (refused[0]) throw new OrderError('wrong', refused[0].text)
  const sender = { scope: scope.name, entry: readEntry(text), kind, addedAt: order.at, addedBy: order.who }
  return { sender, notice: notices[0]?.text ?? null }
}

/**
 * Puts entries on the lists of a level, in one step; those that cannot be taken are answered with the reason.
 * @param only `try`: nothing is changed, and the answer is what would become of them
 * @throws OrderError
 */
export async function addSenders(
  order: PolicyOrder,
  scope: Scope,
  given: readonly { readonly kind: Kind; readonly text: string }[],
  only: 'try' | null = null,
): Promise<ListedEntries> {
  if (given.length > mostEntries)
    throw new OrderError('wrong', `one step may change ${mostEntries} entries; give the rest in another`)
  const own = new Set((await order.directory.domains()).map((each) => each.name))
  const [ready, refused] = readEntries(given, own, tellsOwn(order, scope))
  const asked = [...new Set([...ready.values()].flatMap(({ entry }) => [entry, domainOf(entry)]))]
  const there = await order.policy.listed(scope.chain, asked)
  const isThere = ({ kind, entry }: Ready) =>
    there.some((each) => each.scope === scope.name && each.kind === kind && each.entry === entry)
  const found = [...ready.values()]
  const fresh = found.filter((each) => !isThere(each))
  const named = new Set(await namedTo(order, [scope.name, ...scope.chain]))
  const notices = fresh.flatMap((each) => {
    const text = noticeFor(each, there, named)
    return text === null ? [] : [{ entry: each.entry, text }]
  })
  const after = { addedAt: order.at, addedBy: order.who }
  const edits = fresh.map(
    ({ kind, entry }): PolicyEdit => ({
      what: 'sender',
      scope: scope.name,
      kind,
      entry,
      before: null,
      after,
    }),
  )
  return {
    added: fresh.map(({ entry }) => entry),
    already: found.filter(isThere).map(({ entry }) => entry),
    notices,
    refused,
    version:
      edits.length === 0 || only === 'try'
        ? null
        : await makeStep(order, { what: `${fresh[0]?.kind ?? 'allow'}-added`, scope }, edits),
  }
}

interface Ready {
  readonly kind: Kind
  readonly entry: string
}

function readEntries(
  given: readonly { readonly kind: Kind; readonly text: string }[],
  own: ReadonlySet<string>,
  tells: Tells,
): [ReadonlyMap<string, Ready>, { entry: string; text: string }[]] {
  const ready = new Map<string, Ready>()
  const refused: { entry: string; text: string }[] = []
  for (const { kind, text } of given) {
    try {
      const entry = checkedEntry(own, kind, text, tells)
      ready.set(`${kind} ${entry}`, { kind, entry })
    } catch (cause) {
      if (!(cause instanceof OrderError)) throw cause
      refused.push({ entry: text.slice(0, 320), text: cause.message })
    }
  }
  return [ready, refused]
}

/** Takes an entry off a list. @throws OrderError where it is not on it */
export async function removeSender(
  order: PolicyOrder,
  scope: Scope,
  kind: Kind,
  text: string,
): Promise<KeptSender['entry']> {
  await removeSenders(order, scope, kind, [text])
  return readEntry(text)
}

/** Takes entries off a list of a level, all of them or none. Answers the version. @throws OrderError */
export async function removeSenders(
  order: PolicyOrder,
  scope: Scope,
  kind: Kind,
  texts: readonly string[],
): Promise<number> {
  if (texts.length === 0 || texts.length > mostEntries)
    throw new OrderError('wrong', `one step may change 1 to ${mostEntries} entries`)
  const entries = [...new Set(texts.map(readEntry))]
  const there = (await order.policy.listed([scope.name], entries)).filter((each) => each.kind === kind)
  const edits = entries.map((entry): PolicyEdit => {
    const found = there.find((each) => each.entry === entry)
    if (!found) throw new OrderError('not-found', `${entry} is not on the ${kind} list of ${scope.name}`)
    const before = { addedAt: found.addedAt, addedBy: found.addedBy }
    return { what: 'sender', scope: scope.name, kind, entry, before, after: null }
  })
  return makeStep(order, { what: `${kind}-removed`, scope }, edits)
}

/** An exact address or domain as lists compare it. @throws OrderError */
export function readEntry(text: string): string {
  const bare = text.trim().replace(/^<(.*)>$/s, '$1')
  if (/[*?]/.test(bare))
    throw new OrderError('wrong', `${bare}: lists take exact addresses and domains, no wildcards`)
  if (parseMailbox(bare, { smtputf8: true })?.domain) return normaliseAddress(bare).lookupKey
  const domain = normaliseDomain(bare.replace(/^@/, ''))
  if (isAsciiDomain(domain) && domain.includes('.')) return domain
  throw new OrderError('wrong', `${text} is no mail address and no domain`)
}

/** Whether somebody may be told that a domain is one of the site. */
type Tells = (domain: string) => boolean

/** Who looks after some people knows their domain, which is above them, and of no other that its mail comes here. */
function tellsOwn({ reaches }: PolicyOrder, { chain }: Scope): Tells {
  return (domain) => reaches === undefined || chain.includes(`domain:${domain}`)
}

/** An entry as a list takes it. @param own domains of the site @throws OrderError */
export function checkedEntry(
  own: ReadonlySet<string>,
  kind: Kind,
  text: string,
  tells: Tells = () => true,
): string {
  const entry = readEntry(text)
  if (kind === 'allow') refuseRisky(own, entry, tells)
  return entry
}

/** GW-21: what anybody can write from must not be let through for everybody. */
function refuseRisky(own: ReadonlySet<string>, entry: string, tells: Tells): void {
  const domain = domainOf(entry)
  if (own.has(domain) && !tells(domain))
    throw new OrderError(
      'wrong',
      `${domain} cannot be allowed at this level: mail that forges it would get through. If real mail of it is held, ask who looks after your domain`,
    )
  if (own.has(domain))
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

function domainOf(entry: string): string {
  return entry.slice(entry.lastIndexOf('@') + 1)
}

/** What whoever adds it may not expect: allow beats block, at every level. @param named levels that he may know of */
function noticeFor(
  { entry, kind }: Ready,
  others: readonly KeptSender[],
  named: ReadonlySet<string>,
): string | null {
  const opposites = others.filter(
    (each) => each.kind !== kind && (each.entry === entry || each.entry === domainOf(entry)),
  )
  if (opposites.length === 0) return null
  const told = opposites.find(({ scope }) => named.has(scope))
  const what = told?.entry ?? 'it, or its domain,'
  const where = told?.scope ?? 'a level above'
  return kind === 'block'
    ? `${what} is on the allow list of ${where}, which beats this entry for the mail that it allows`
    : `${what} is on the block list of ${where}; this entry beats it`
}
