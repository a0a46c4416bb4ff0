import assert from 'node:assert/strict'
import { test } from 'node:test'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import { codesOf, openSession } from './fake-session.ts'
import { decideProbe, judgeLateProbe } from './judge-probe.ts'

const ours = 'probe-out-x@mx.site.example'
const probeOf = (address: string) =>
  address === ours ? { kind: 'out' as const, token: '0123456789abcdef0123' } : null

test('who has logged in for messages of our own sends nothing else, to nobody', async () => {
  const { session, say, accepted } = openSession({}, { door: 'submission', isTls: true, probeOf })
  session.client.login = { by: 'login', name: 'probe', tenant: probeTenant, domains: [], addresses: [] }
  await say('EHLO mx.site.example\r\n')
  await say('MAIL FROM:<>\r\n')
  for (const each of ['x@far.example', 'b@example.test'])
    assert.deepEqual(codesOf(await say(`RCPT TO:<${each}>\r\n`)), '550', each)
  assert.deepEqual(codesOf(await say(`RCPT TO:<${ours}>\r\n`)), '250')
  assert.deepEqual(codesOf(await say('RCPT TO:<b@example.test>\r\n')), '452')
  await say('DATA\r\n')
  await say('Subject: x\r\n\r\nx\r\n.\r\n')
  assert.deepEqual(
    accepted.map((each) => each.rcptTo),
    [[ours]],
  )
})

test('a message of our own becomes what it was made for, unless the checks could not look', () => {
  const spam = [{ check: 'x', code: 'x', weight: 900, text: '', kind: 'spam' as const }]
  const unscanned = [{ check: 'x', code: 'x', weight: 0, text: '', incomplete: 'later' as const }]
  assert.equal(decideProbe('in', spam).disposition, 'deliver')
  assert.equal(decideProbe('aside', []).disposition, 'quarantine')
  assert.equal(decideProbe('in', unscanned).disposition, 'wait')
  const message = { id: 'm', recipients: [{ n: 0 }] } as never
  const outcome = (findings: readonly object[]) => ({ findings, facts: {}, timings: {}, edits: [] }) as never
  const states = (kind: 'in' | 'aside') =>
    judgeLateProbe(message, outcome([]), kind, 7)?.decisions.map(({ state, dueAt }) => [state, dueAt])
  assert.deepEqual(states('in'), [['waiting', 7]])
  assert.deepEqual(states('aside'), [['quarantined', null]])
  assert.equal(judgeLateProbe(message, outcome(unscanned), 'in', 7), null)
})
