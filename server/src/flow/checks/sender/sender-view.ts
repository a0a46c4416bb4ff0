import type { InspectedMessage } from '#flow/inspection/check.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { normaliseDomain } from '#ground/mail/domain.ts'
import { fieldValue, findField, type HeaderField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { type RegistrableDomain, registrableDomain } from '#ground/mail/registrable-domain.ts'
import { isFreeMail } from './vocabulary.ts'

/** Somebody named in a field, with the parts of the address that checks compare. */
export interface Party {
  /** Display name, decoded; empty where there is none. */
  readonly name: string
  /** As it is compared: lower case, the domain in A-labels. */
  readonly address: string
  readonly local: string
  /** Domain as it is compared: lower case, A-labels. */
  readonly host: string
  /** Null for literals, single labels and the like. */
  readonly registered: RegistrableDomain | null
  /** Anybody can have an address there. */
  readonly free: boolean
}

/** Somebody whom the message is for. */
export interface Recipient extends Party {
  /** The address as the envelope has it. */
  readonly given: string
}

/** What the check of senders looks at, read once. */
export interface SenderView {
  /** The authors in From; at least one. */
  readonly authors: readonly Party[]
  readonly author: Party
  readonly sender: Party | null
  readonly replyTo: readonly Party[]
  readonly envelope: Party | null
  /** The first ones of the envelope. */
  readonly recipients: readonly Recipient[]
  /** How many it has in all. */
  readonly recipientsInAll: number
  readonly subject: string
  /** Passed on by a mailing list, which writes its own sender and reply address. */
  readonly list: boolean
  /** Sent to many, by its own account. */
  readonly bulk: boolean
}

const mostParties = 20
const mostRecipients = 50

/** Null where nobody is named as the author; other checks say so. */
export function viewSender({ header, arrival }: InspectedMessage): SenderView | null {
  const authors = partiesIn(header, 'from')
  const [author] = authors
  if (!author) return null
  const subject = findField(header, 'subject')
  return {
    authors,
    author,
    sender: partiesIn(header, 'sender')[0] ?? null,
    replyTo: partiesIn(header, 'reply-to'),
    envelope: toParty('', arrival.mailFrom),
    recipients: arrival.rcptTo.slice(0, mostRecipients).flatMap(toRecipient),
    recipientsInAll: arrival.rcptTo.length,
    subject: subject ? decodeHeaderText(fieldValue(subject).slice(0, 2000), 500) : '',
    list: findField(header, 'list-post') !== undefined || findField(header, 'list-id') !== undefined,
    bulk: findField(header, 'list-unsubscribe') !== undefined,
  }
}

function partiesIn(header: readonly HeaderField[], name: string): Party[] {
  const field = findField(header, name)
  if (!field) return []
  return parseAddressList(fieldValue(field).slice(0, 20_000), mostParties).flatMap((each) =>
    each.address === null ? [] : (toParty(each.name, each.address) ?? []),
  )
}

function toRecipient(given: string): Recipient[] {
  const party = toParty('', given)
  return party ? [{ ...party, given }] : []
}

function toParty(name: string, address: string): Party | null {
  const at = address.lastIndexOf('@')
  if (at <= 0) return null
  const host = normaliseDomain(address.slice(at + 1))
  const registered = registrableDomain(host)
  const local = address.slice(0, at).toLowerCase()
  const free = isFreeMail(registered?.domain ?? host)
  return { name, address: `${local}@${host}`, local, host, registered, free }
}

/** Whether two parties write from domains of one owner. */
export function isSameHouse(one: Party, other: Party): boolean {
  return (one.registered?.domain ?? one.host) === (other.registered?.domain ?? other.host)
}
