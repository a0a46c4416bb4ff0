import type { Arrival, Check, Finding, InspectedMessage } from '#flow/inspection/check.ts'
import { domainPart } from '#ground/mail/address.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { fieldValue } from '#ground/mail/header.ts'
import { repairEdits } from './repair.ts'
import { signLines } from './sign-lines.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
export const submissionCodes = ['author-not-own', 'author-unreadable', 'submission-unavailable'] as const

/**
 * Mail of our own people: whether they write in their own name, and what their programs have left out.
 *
 * Proposes `reject` where somebody who logs in writes From an address that is not his (RFC 6409, 8.1). Servers may
 * forward what others wrote, so of them only the envelope is asked. Edits: Bcc goes, Date and Message-ID come where
 * there are none. Where the domain of the author has keys, `seal` signs the message as it leaves.
 */
export const submission: Check = {
  name: 'submission',
  async run(message, tools) {
    const { sender } = message.arrival
    if (!sender) return { findings: [] }
    const signers = tools.signersOf?.(signingDomain(message)) ?? []
    const nowSeconds = Math.floor(tools.now() / 1000)
    return {
      findings: judgeAuthors(message, sender),
      edits: repairEdits(message),
      ...(signers.length > 0 && { seal: (edits) => signLines(message, edits, signers, nowSeconds) }),
    }
  },
  // Whatever else fails: nobody may read whom a copy went to.
  ifUnavailable: (message) => (message.arrival.sender ? { edits: repairEdits(message) } : {}),
}

/**
 * The domain that signs: that of the author, where the envelope has it too, which the gateway has found to be the
 * sender's. What a server forwards in the name of others is not ours to sign. Empty: nobody signs.
 */
function signingDomain({ header, arrival }: InspectedMessage): string {
  const authors = header
    .filter((each) => each.name === 'from')
    .flatMap((each) => parseAddressList(fieldValue(each)).map(({ address }) => domainPart(address ?? '')))
  const domain = domainPart(arrival.mailFrom)
  return authors.length === 1 && authors[0] === domain ? domain : ''
}

function judgeAuthors(message: InspectedMessage, { addresses }: NonNullable<Arrival['sender']>): Finding[] {
  if (!addresses) return []
  const named = message.header.filter((each) => each.name === 'from' || each.name === 'sender')
  const authors = named.flatMap((each) =>
    parseAddressList(fieldValue(each)).flatMap(({ address }) => address ?? []),
  )
  if (!named.some((each) => each.name === 'from') || authors.length === 0)
    return [refuse('author-unreadable', 'The message has no From field with an address.', {}, 'needs one')]
  const foreign = authors.filter((each) => !isOwn(each, addresses))
  if (foreign.length === 0) return []
  return [
    refuse(
      'author-not-own',
      'The message says that it is from somebody else than who sends it.',
      { authors: foreign.slice(0, 5) },
      'must be an address of your own',
    ),
  ]
}

/** An address with a tag is its owner's. */
function isOwn(address: string, own: readonly string[]): boolean {
  const small = address.toLowerCase()
  const at = small.lastIndexOf('@')
  const plus = small.indexOf('+')
  const bare = plus > 0 && plus < at ? small.slice(0, plus) + small.slice(at) : small
  return own.includes(small) || own.includes(bare)
}

function refuse(
  code: (typeof submissionCodes)[number],
  text: string,
  evidence: object,
  must: string,
): Finding {
  return {
    check: 'submission',
    code,
    weight: 0,
    kind: 'policy',
    text,
    evidence: { ...evidence },
    proposal: 'reject',
    reply: { code: 550, enhanced: '5.7.1', text: `The From field ${must}` },
  }
}
