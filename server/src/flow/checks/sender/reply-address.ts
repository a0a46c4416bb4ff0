import type { Finding } from '#flow/inspection/check.ts'
import { likenessTo, lookAt, toTarget } from './domain-likeness.ts'
import { createFinding } from './sender-finding.ts'
import { isSameHouse, type Party, type SenderView } from './sender-view.ts'

/** Where answers would go, and who stands in the envelope, compared with the author. */
export function findReplyAddresses(view: SenderView): Finding[] {
  return [...findReplyTo(view), ...findEnvelope(view), ...findNoreply(view), ...findOddAuthors(view)]
}

function findReplyTo({ author, replyTo, list, bulk }: SenderView): Finding[] {
  const other = replyTo.find((each) => !isSameHouse(each, author))
  if (!other || list || replyTo.some((each) => isSameHouse(each, author))) return []
  if (author.registered && other.registered && !other.free) {
    const like = likenessTo(lookAt(other.host, other.registered), toTarget(author.registered.label))
    if (like && ['disguised', 'misspelled', 'name-within'].includes(like.way))
      return [
        createFinding(
          'reply-to-look-alike',
          120,
          `Answers would go to ${other.host}, which looks like the sender's domain ${author.host}.`,
          { replyTo: other.address, from: author.address, way: like.way },
        ),
      ]
  }
  return [
    createFinding(
      'reply-to-elsewhere',
      weighReply(author, other, bulk),
      `Answers would go to ${other.address}, not to the sender's ${author.host}.`,
      { replyTo: other.address, from: author.address },
    ),
  ]
}

/** Many services answer from elsewhere; a firm whose answers go to a free mailbox is rarer. */
function weighReply(author: Party, other: Party, bulk: boolean): number {
  if (!other.free || bulk) return 0
  return author.free ? 50 : 40
}

function findEnvelope({ author, envelope }: SenderView): Finding[] {
  if (envelope === null || isSameHouse(envelope, author)) return []
  return [
    createFinding(
      'envelope-elsewhere',
      0,
      `The envelope names ${envelope.host} as the sender, the message ${author.host}; services and lists do that.`,
      { mailFrom: envelope.address, from: author.address },
    ),
  ]
}

function findNoreply({ author }: SenderView): Finding[] {
  if (!author.free || !/^(?:no|do-?not)[-_.]?reply|^mailer-daemon|^postmaster$/.test(author.local)) return []
  // Providers keep these names for themselves; with something added anybody can have them.
  if (/^(?:no-?reply|mailer-daemon|postmaster|donotreply)$/.test(author.local)) return []
  return [
    createFinding(
      'free-mail-noreply',
      60,
      `The sender ${author.address} plays a machine from a free mailbox.`,
      {
        from: author.address,
      },
    ),
  ]
}

function findOddAuthors({ authors, author, sender }: SenderView): Finding[] {
  const findings: Finding[] = []
  const other = authors.find((each) => !isSameHouse(each, author))
  if (other && sender === null)
    findings.push(
      createFinding(
        'authors-of-several-domains',
        60,
        `From names authors at ${author.host} and ${other.host}, and no sender; readers differ in whom they show.`,
        { authors: authors.map((each) => each.address) },
      ),
    )
  if (author.host.startsWith('['))
    findings.push(
      createFinding(
        'author-at-address-literal',
        60,
        `The author's address names a machine by its number: ${author.address}.`,
        { from: author.address },
      ),
    )
  return findings
}
