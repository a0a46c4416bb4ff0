import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import type { UninspectedMessage } from '#flow/spool/message-store.ts'
import { judgeLate } from './judge-late.ts'
import { defaultOutbound } from './outbound-policy.ts'
import type { RecipientAnswer } from './recipient-source.ts'

let answer: RecipientAnswer = { kind: 'known', tenant: 'one', domain: 'a.test', policy: defaultPolicy }

function judge(rcptTo: string, facts: object) {
  const message: UninspectedMessage = {
    id: '0000000000000001',
    receivedAt: 0,
    attempts: 1,
    mailFrom: 'anna@a.test',
    ip: '192.0.2.1',
    helo: 'x',
    sender: null,
    size: 1,
    known: null,
    recipients: [
      {
        n: 0,
        rcptTo,
        tenant: 'one',
        direction: 'inbound',
        isReleased: false,
        isUndecided: true,
        isAdded: false,
      },
    ],
  }
  // What is reported is in it, and must not count against it; nor may a scanner that is away keep it.
  const findings = [
    { check: 'x', code: 'bad', weight: 500, text: 'Spam.' },
    { check: 'antivirus', code: 'away', weight: 0, text: 'Away.', incomplete: 'later' },
  ] as const
  const rest = { edits: [], timings: {}, subject: '', headerFrom: '', headerMessageId: '' }
  const outcome = { findings, facts, ...rest } as unknown as InspectionOutcome
  const recipients = { lookup: () => answer }
  const outboundPolicyOf = () => defaultOutbound
  return judgeLate(message, outcome, {
    recipients,
    outboundPolicyOf,
    now: 0,
    host: 'mx.test',
    defers: true,
    lifeMs: 0,
  })
}

const reported = { claims: [['<x@y>']], author: null, isAutomatic: false }
const spf = (result: string) => ({ result, domain: 'a.test', identity: 'mailfrom' })

test('a report that is read late is taken, or ends without a word to whoever forged it', () => {
  const taken = judge('Spam@MX.test', { reported, spf: spf('pass'), dkim: [], dmarc: null })
  assert.deepEqual(
    [
      taken?.report?.reporter,
      taken?.report?.isProven,
      taken?.decisions[0]?.state,
      taken?.decisions[0]?.reason,
    ],
    ['anna@a.test', true, 'discarded', 'report-taken'],
  )
  const forged = judge('spam@mx.test', { reported, spf: spf('fail'), dkim: [], dmarc: null })
  assert.deepEqual(
    [forged?.report, forged?.decisions[0]?.state, forged?.decisions[0]?.reason],
    [undefined, 'discarded', 'report-stranger'],
  )
})

test('one that cannot be read yet waits; other mail is judged as mail', () => {
  assert.equal(judge('spam@mx.test', {}), null)
  assert.equal(judge('b@a.test', { reported, spf: spf('pass'), dkim: [] })?.decisions[0]?.reason, 'score')
  answer = { kind: 'unavailable', why: 'away' }
  assert.equal(judge('spam@mx.test', { reported, spf: spf('pass'), dkim: [], dmarc: null }), null)
})
