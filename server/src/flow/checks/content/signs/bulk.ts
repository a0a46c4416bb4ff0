import type { Finding } from '#flow/inspection/check.ts'
import { fieldValue, findField, type HeaderField } from '#ground/mail/header.ts'
import type { Reading } from '../reading.ts'

const bulkFields = [
  'list-unsubscribe',
  'list-id',
  'feedback-id',
  'x-campaign',
  'x-campaignid',
  'x-mailchimp-id',
  'x-mc-user',
  'x-csa-complaints',
]

/** Mail to many: noted, so that people can have it sorted; advertising among it weighs what a tenant gives it. */
export function findBulk({ header, phrases }: Reading): Finding[] {
  const why = bulkFields.filter((name) => findField(header, name))
  if (/^(?:bulk|list|junk)\b/i.test(textOf(header, 'precedence'))) why.push('precedence')
  const advertising = phrases.get('promotions') ?? []
  // A list for discussion has an address to write to; advertising has none.
  if (why.length > 0 && advertising.length >= 3 && !findField(header, 'list-post'))
    return [
      {
        check: 'content',
        code: 'promotions',
        weight: 75,
        kind: 'bulk',
        text: 'The message is advertising sent to many.',
        evidence: { why, phrases: advertising.slice(0, 8) },
      },
    ]
  if (why.length === 0) return []
  return [
    {
      check: 'content',
      code: 'bulk',
      weight: 0,
      kind: 'bulk',
      text: 'The message was sent to many.',
      evidence: { why },
    },
  ]
}

function textOf(header: readonly HeaderField[], name: string): string {
  const field = findField(header, name)
  return field ? fieldValue(field) : ''
}
