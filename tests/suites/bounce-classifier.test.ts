import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { BounceClass } from '../../server/src/ground/bounces/bounce-classes.ts'
import { classifyReply } from '../../server/src/ground/bounces/classify-reply.ts'
import { readReply } from '../../server/src/ground/bounces/read-reply.ts'

/**
 * The replies in the tests of the bounce-classifier of Postal Systems, where the folder in MAILKEEP_SUITES has them as
 * bounce-classifier/test/test.js. They never enter this repository.
 */
const file = join(process.env.MAILKEEP_SUITES ?? '', 'bounce-classifier/test/test.js')

/** Words of theirs and what we call it. */
const ours: Readonly<Record<string, readonly BounceClass[]>> = {
  user_unknown: ['user-unknown', 'user-moved'],
  invalid_address: ['user-unknown', 'domain-unknown', 'protocol'],
  mailbox_disabled: ['user-disabled'],
  // "Try again later" alone does not say that it is for a list of unknown senders: the server is busy.
  greylisting: ['greylisted', 'server-busy'],
  rate_limited: ['rate-limited', 'too-many-connections', 'too-many-recipients'],
  server_error: ['server-trouble', 'server-busy', 'server-full'],
  // Theirs goes by 552 alone where it has no words for it.
  mailbox_full: ['mailbox-full', 'message-too-large'],
  ip_blacklisted: ['address-blocked', 'address-reputation'],
  domain_blacklisted: ['sender-refused'],
  auth_failure: ['authentication'],
  spam_blocked: ['spam'],
  policy_blocked: ['policy', 'content'],
  virus_detected: ['virus'],
  relay_denied: ['relay-refused'],
}

if (process.env.MAILKEEP_SUITES && existsSync(file))
  describe('replies of bounce-classifier', () => {
    for (const { reply, labels } of readPairs(readFileSync(file, 'utf8')))
      it(reply, () => {
        const found = classifyReply(readReply(reply)).class
        assert.ok(
          labels.some((each) => ours[each]?.includes(found)),
          `${labels.join(' or ')}, and we say ${found}`,
        )
      })
  })

/** What is classified in a test, and the words that it takes: all texts between two `it(`. */
function readPairs(text: string): { reply: string; labels: string[] }[] {
  return text
    .split(/\bit\(/)
    .filter((each) => /\bclassify\(|FallBack\(|Fallback\(/.test(each))
    .flatMap((each) => {
      const texts = [...each.matchAll(/"((?:[^"\\]|\\.)*)"/g)].slice(1).map(([, found = '']) => found)
      const labels = [...new Set(texts.filter((one) => one in ours))]
      const replies = texts.filter((one) => !(one in ours) && / /.test(one) && !one.startsWith('should'))
      return labels.length === 0 ? [] : replies.map((reply) => ({ reply, labels }))
    })
}
