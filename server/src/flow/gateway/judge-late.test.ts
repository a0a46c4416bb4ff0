import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding, Routing } from '#flow/inspection/check.ts'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import type { UninspectedRecipient } from '#flow/spool/message-store.ts'
import { judgeLate } from './judge-late.ts'
import { defaultOutbound } from './outbound-policy.ts'

const recipients = {
  lookup: (_local: string, domain: string) =>
    ({ kind: 'known', tenant: 'one', domain, policy: defaultPolicy }) as const,
}
const recipient = (n: number, more: Partial<UninspectedRecipient> = {}): UninspectedRecipient => ({
  n,
  rcptTo: `r${n}@one.test`,
  tenant: 'one',
  direction: 'inbound',
  isReleased: false,
  isUndecided: true,
  isAdded: false,
  ...more,
})

function judge(
  all: readonly UninspectedRecipient[],
  routings: readonly Routing[],
  findings: readonly Finding[] = [],
) {
  const message = {
    id: 'm',
    receivedAt: 0,
    attempts: 0,
    mailFrom: 'a@b.test',
    ip: '',
    helo: '',
    sender: null,
    size: 1,
    known: all.some((each) => each.isReleased) ? nothingKnown : null,
    recipients: all,
  }
  const outcome = {
    findings,
    edits: [],
    routings,
    facts: {},
    timings: {},
    subject: '',
    headerFrom: '',
    headerMessageId: '',
  }
  const context = {
    recipients,
    now: 5,
    host: 'mx.test',
    defers: true,
    lifeMs: 10,
    outboundPolicyOf: () => defaultOutbound,
  }
  const verdict = judgeLate(message, outcome, context)
  return {
    decisions: verdict?.decisions.map((each) => `${each.n} ${each.state} ${each.reason}`),
    added: verdict?.added?.map(
      ({ beside, delivery }) => `${beside} ${delivery.rcptTo} ${delivery.expiresAt}`,
    ),
  }
}

const nothingKnown = { verdict: 'clean', score: 0, findings: [], facts: {}, timings: {} }
const redirect: Routing = { kind: 'redirect', to: 'z@one.test', rule: 'r', only: ['r0@one.test'] }
const spam: Finding = { check: 'c', code: 'c', weight: 900, text: '' }

test('behind the answer rules send mail elsewhere as they do before it', () => {
  assert.deepEqual(judge([recipient(0), recipient(1)], [redirect]), {
    decisions: ['0 discarded redirected', '1 waiting just-accepted'],
    added: ['0 z@one.test 15'],
  })
  assert.deepEqual(judge([recipient(0)], [redirect], [spam]), {
    decisions: ['0 quarantined score'],
    added: undefined,
  })
})

test('what a rule has added is not judged again, but for a virus when it is released', () => {
  const added = { isAdded: true, isUndecided: false }
  assert.deepEqual(judge([recipient(0), recipient(1, added)], []).decisions, ['0 waiting just-accepted'])
  const released = judge([recipient(1, { ...added, isReleased: true })], [redirect])
  assert.deepEqual(released.decisions, ['1 waiting released-from-quarantine'])
})

test('behind the answer what our own people send is held, not set aside in a quarantine', () => {
  const outside = recipient(0, { rcptTo: 'x@far.test', direction: 'outbound' })
  const inside = recipient(1)
  assert.deepEqual(judge([outside, inside], [], [spam]).decisions, ['0 held score', '1 quarantined score'])
  assert.deepEqual(judge([outside], []).decisions, ['0 waiting just-accepted'])
})
