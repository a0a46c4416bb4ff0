import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#flow/inspection/check.ts'
import { defaultPolicy } from '#flow/inspection/verdict.ts'
import type { UninspectedRecipient } from '#flow/spool/message-store.ts'
import { judgeRelease } from './judge-release.ts'

const spam: Finding = { check: 'content', code: 'words', weight: 250, text: 'Words of spam.', kind: 'spam' }
const lure: Finding = { check: 'links', code: 'listed', weight: 40, text: 'A listed link.', kind: 'phishing' }
const virus: Finding = { check: 'antivirus', code: 'found', weight: 0, text: 'Malware.', kind: 'virus' }
const allowed: Finding = { check: 'senders', code: 'allowed', weight: 0, text: '', wish: 'allow' }

const recipient = (n: number, tenant: string): UninspectedRecipient => ({
  ...{ n, tenant, rcptTo: `r@${tenant}.test`, direction: 'inbound' },
  ...{ isReleased: true, isUndecided: false, isAdded: false },
})
/** Mail of two tenants; the other recipients of it are none of this. */
const released = [recipient(0, 'one'), recipient(2, 'two')]

function judge(known: readonly Finding[], found: readonly Finding[], late: readonly Finding[] = []) {
  const outcome = {
    ...{ findings: found, edits: [], facts: { new: true }, timings: {} },
    ...{ subject: '', headerFrom: '', headerMessageId: '' },
  }
  const verdict = judgeRelease('m', released, outcome, {
    now: 5,
    known: { verdict: 'spam', score: 250, findings: known, facts: {}, timings: {}, late },
    policyOf: () => defaultPolicy,
    others: null,
  })
  return verdict && { ...verdict, decisions: verdict.decisions.map((each) => `${each.n} ${each.reason}`) }
}

const goes = ['0 released-from-quarantine', '2 released-from-quarantine']
const stays = ['0 release-stopped', '2 release-stopped']

test('what was known stops no release, and what was said of the message stands for its other recipients', () => {
  for (const known of [[spam], [spam, lure]]) {
    const verdict = judge(known, known)
    assert.deepEqual([verdict?.explanation, verdict?.decisions], [null, goes])
  }
  assert.deepEqual(judge([spam], [])?.explanation, null)
  assert.deepEqual(judge([spam], [spam, lure], [lure])?.decisions, goes, 'found by following its links')
})

test('phishing that nobody had known of stops it, but not where the sender is allowed by now', () => {
  const { explanation, decisions } = judge([spam], [spam, lure]) ?? {}
  assert.deepEqual(decisions, stays)
  assert.deepEqual(
    [explanation?.verdict, explanation?.score, explanation?.findings, explanation?.tolerance],
    ['phishing', 290, [spam, lure], defaultPolicy.tolerance],
  )
  assert.deepEqual(judge([spam], [spam, lure, allowed])?.decisions, goes)
  assert.deepEqual(judge([spam], [spam, { ...lure, weight: 0 }])?.decisions, goes, 'what weighs nothing')
})

test('a virus always stops it, and what cannot be scanned waits', () => {
  const { explanation, decisions } = judge([spam, virus], [virus, allowed]) ?? {}
  assert.deepEqual([explanation?.verdict, decisions], ['virus', ['0 virus', '2 virus']])
  assert.equal(judge([spam], [spam, { ...virus, kind: 'policy', incomplete: 'later' }]), null)
})

test('a release that is stopped for one recipient goes on to another whose policy lets it through', () => {
  const outcome = {
    ...{ findings: [spam, lure], edits: [], facts: {}, timings: {} },
    ...{ subject: '', headerFrom: '', headerMessageId: '' },
  }
  const verdict = judgeRelease('m', released, outcome, {
    now: 5,
    known: { verdict: 'spam', score: 250, findings: [spam], facts: {}, timings: {} },
    policyOf: (rcptTo) => (rcptTo.endsWith('@two.test') ? { ...defaultPolicy, isOff: true } : defaultPolicy),
    others: null,
  })
  assert.deepEqual(
    verdict?.decisions.map(({ n, state, reason, dueAt }) => [n, state, reason, dueAt]),
    [
      [0, 'quarantined', 'release-stopped', null],
      [2, 'waiting', 'released-from-quarantine', 5],
    ],
  )
})
