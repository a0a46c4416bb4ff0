import type { Check, Finding, InspectedMessage } from '#flow/inspection/check.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { fieldValue } from '#ground/mail/header.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
export const bouncesCodes = ['bounce-unsigned', 'bounces-unavailable'] as const

const proposals = { mark: undefined, quarantine: 'quarantine', refuse: 'reject' } as const

/**
 * Bounces of mail that we have never sent: with a forged sender it was somebody else's, and its bounces come here. Where
 * envelope senders of a recipient are signed, a bounce comes to the signed address or is about nothing of his. Other mail
 * with an empty sender, such as receipts and answers, goes to the plain address by right.
 */
export const bounces: Check = {
  name: 'bounces',
  async run(message) {
    const { unsigned = [] } = message.arrival
    if (unsigned.length === 0 || !isBounce(message)) return { findings: [] }
    const actions = [...new Set(unsigned.map((each) => each.action))]
    return {
      findings: actions.map((action) =>
        forged(
          action,
          unsigned.filter((each) => each.action === action).map((each) => each.address),
        ),
      ),
    }
  },
}

function forged(action: keyof typeof proposals, only: readonly string[]): Finding {
  const proposal = proposals[action]
  return {
    check: 'bounces',
    code: bouncesCodes[0],
    weight: 0,
    kind: 'spoof',
    text: 'It is a bounce, and of no message that this recipient has sent through here.',
    only,
    ...(proposal && { proposal }),
    reply: { code: 550, enhanced: '5.7.1', text: 'This bounce is about no message that was sent from here' },
  }
}

function isBounce({ mime, header }: InspectedMessage): boolean {
  const kind = (mime.parameters['report-type'] ?? '').toLowerCase()
  if (mime.type === 'multipart/report') return kind === '' || kind === 'delivery-status'
  const authors = header
    .filter((each) => each.name === 'from')
    .flatMap((each) => parseAddressList(fieldValue(each)).map(({ address }) => address ?? ''))
  return authors.some((each) => /^(?:mailer-daemon|postmaster)(?:@|$)/i.test(each))
}
