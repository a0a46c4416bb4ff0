import type { Acquaintances } from '#flow/inspection/acquaintances.ts'
import type { CheckTools, Finding } from '#flow/inspection/check.ts'
import { shownPersonKeys } from '#ground/mail/person-name.ts'
import { createFinding } from './sender-finding.ts'
import { isSameHouse, type SenderView } from './sender-view.ts'

/** An address that has written for so long, and was authentic, is that person's own, whatever the domain. */
const provenAfterMs = 7 * 86_400_000

/**
 * What the recipients' tenants know of the author: whether anybody ever had mail from there, and whether the name is
 * that of one of their own people, told for the recipients of that tenant only: no tenant learns whom another one
 * knows or employs (P11).
 */
export function findKnownPeople(view: SenderView, { acquaintances, now }: CheckTools): Finding[] {
  if (!acquaintances || view.recipients.length === 0) return []
  try {
    return [...findFirstContact(view, acquaintances), ...findOwnPerson(view, acquaintances, now())]
  } catch (cause) {
    return [
      createFinding(
        'acquaintances-unavailable',
        0,
        'Whom the recipients know could not be looked up.',
        { why: String((cause as Error).message).slice(0, 200) },
        'policy',
      ),
    ]
  }
}

function findFirstContact({ author, recipients }: SenderView, acquaintances: Acquaintances): Finding[] {
  if (
    recipients.some((each) => isSameHouse(each, author) || acquaintances.known(each.address, author.address))
  )
    return []
  const domain = author.registered?.domain ?? author.host
  const isDomainKnown =
    author.free || recipients.some((each) => acquaintances.isDomainKnown(each.address, domain))
  return [
    createFinding(
      'first-contact',
      0,
      isDomainKnown
        ? `Nobody here has had mail from ${author.address} before.`
        : `Nobody here has had mail from ${domain} before.`,
      { author: author.address, domainKnown: isDomainKnown },
      'policy',
    ),
  ]
}

function findOwnPerson(view: SenderView, acquaintances: Acquaintances, now: number): Finding[] {
  const { author, recipients, recipientsInAll, list } = view
  if (author.name === '' || recipients.some((each) => isSameHouse(each, author))) return []
  const keys = shownPersonKeys(author.name)
  const found = recipients.flatMap(({ address, given }) => {
    const way = wayOf(keys, address, author.address, acquaintances, now)
    return way === null ? [] : [{ given, weight: list ? 0 : weigh(way, author.free) }]
  })
  return [...new Set(found.map(({ weight }) => weight))].map((weight) => {
    const only = found.filter((each) => each.weight === weight).map(({ given }) => given)
    return {
      ...createFinding(
        'own-person-name',
        weight,
        `The sender's name "${author.name.slice(0, 80)}" is that of somebody of yours, who does not write from ${author.host}.`,
        { name: author.name.slice(0, 200), from: author.address },
      ),
      ...(only.length < recipientsInAll && { only }),
    }
  })
}

type Way = 'somebody' | 'by-initial' | 'themselves'

/** How the name shown is that of one of the recipient's people; null: it is not, or the address is theirs. */
function wayOf(
  keys: ReturnType<typeof shownPersonKeys>,
  recipient: string,
  author: string,
  acquaintances: Acquaintances,
  now: number,
): Way | null {
  for (const { key, initial } of keys) {
    const people = acquaintances.peopleNamed(recipient, key)
    if (people.length === 0 || people.some((each) => each.address === author)) continue
    const known = acquaintances.known(recipient, author)
    if (known && known.proven > 0 && now - known.firstAt > provenAfterMs) return null
    // People send themselves things from home.
    if (people.some((each) => each.address === recipient.toLowerCase())) return 'themselves'
    return initial ? 'by-initial' : 'somebody'
  }
  return null
}

/** A name that a stranger shares with one of many people says less than one at a free mailbox. */
function weigh(way: Way, free: boolean): number {
  if (way !== 'somebody') return 30
  return free ? 150 : 100
}
