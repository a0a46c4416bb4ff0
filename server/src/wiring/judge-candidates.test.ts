import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '#flow/inspection/check.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import type { CandidateBook } from './candidates-for.ts'
import { createCandidateJudge } from './judge-candidates.ts'
import { arrivalOf, parse } from './try-message.ts'

const scope = 'domain:a.test'
const at = 1_800_000_000_000

const rule = (id: string, value: string, action: 'quarantine' | 'reject' = 'quarantine'): KeptRule => ({
  ...{ id, scope, position: 0, name: id, direction: 'both', exceptions: [], locked: false },
  conditions: [{ field: 'subject', test: 'contains', values: [value] }],
  actions: [{ do: action }],
  ...{ enabled: true, owner: '', changedAt: at, changedBy: 'test', paused: null },
})

const candidate = (
  more: Partial<PolicyProposal>,
  about: Partial<CandidateInForce> = {},
): CandidateInForce => ({
  ...{ id: 'c-aaaaaaa', stage: 'shadow', share: 0, people: [], ...about },
  proposal: { scope, settings: [], senders: [], rule: null, ...more },
})

const bookOf = (on: readonly CandidateInForce[], rules: readonly KeptRule[] = []): CandidateBook => ({
  version: () => 1,
  levelsOf: (address) => (address.endsWith('@a.test') ? ['tenant:one', scope] : ['tenant:two']),
  levelOf: () => null,
  rulesOf: (level) => (level === scope ? rules : []),
  listed: () => [],
  candidates: () => new Map(on.map((each) => [each.proposal.scope, each])),
})

const points = (weight: number): Finding => ({ check: 'content', code: 'content-spam', weight, text: '' })

const message = (to: readonly string[], subject = 'an invoice') =>
  parse(
    'm1',
    { bytes: Buffer.from(`From: x@sender.test\r\nSubject: ${subject}\r\n\r\nwords\r\n`) },
    arrivalOf(
      {
        client: { ip: '192.0.2.1', helo: 'x' },
        mailFrom: 'x@sender.test',
        receivedAt: at,
        direction: 'inbound',
      } as never,
      to,
    ),
  )

async function judge(
  on: readonly CandidateInForce[],
  { to = ['b@a.test'], subject = 'an invoice', before = [] as Finding[], rules = [] as KeptRule[] } = {},
  all: readonly Finding[] = before,
) {
  const asked = createCandidateJudge({ book: bookOf(on, rules), budgetMs: 1000, defers: () => true })
  return asked(await message(to, subject), before, all)
}

describe('changes of policy in the shadow', () => {
  test('where nothing is on trial, or for others alone, nothing is said', async () => {
    assert.deepEqual(await judge([]), [])
    const other = candidate({ settings: [{ name: 'tolerance', value: '50' }] })
    assert.deepEqual(await judge([other], { to: ['b@two.test'], before: [points(100)] }), [])
  })

  test('a setting: what would become of the message, for whom, and by what', async () => {
    const one = candidate({
      settings: [
        { name: 'tolerance', value: '50' },
        { name: 'dmarc', value: 'observe' },
      ],
    })
    const [found] = await judge([one], { to: ['b@a.test', 'c@a.test', 'd@two.test'], before: [points(100)] })
    assert.deepEqual(found, {
      ...{ id: one.id, stage: 'shadow', deliveries: 2, heldBefore: 0, heldAfter: 2 },
      changes: [{ before: 'deliver', after: 'quarantine', because: 'tolerance', recipients: 2 }],
    })
  })

  test('one that makes no difference for the message counts it and lists nothing', async () => {
    const [found] = await judge([candidate({ settings: [{ name: 'tolerance', value: '50' }] })], {
      before: [points(10)],
    })
    assert.deepEqual([found?.deliveries, found?.changes], [1, []])
  })

  test('a new rule, which is asked although it is not in force', async () => {
    const one = candidate({ rule: { id: 'r-new', rule: rule('r-new', 'invoice') } })
    const [found] = await judge([one])
    assert.deepEqual(found?.changes, [
      { before: 'deliver', after: 'quarantine', because: 'rule r-new', recipients: 1 },
    ])
    const [none] = await judge([one], { subject: 'lunch' })
    assert.deepEqual(none?.changes, [])
  })

  test('a rule that would be gone: what it holds now would be delivered', async () => {
    const old = rule('r-old', 'invoice', 'reject')
    const one = candidate({ rule: { id: 'r-old', rule: null } })
    const match: Finding = {
      ...{ check: 'rules', code: 'rule-matched', weight: 0, text: '', rule: 'r-old', proposal: 'reject' },
    }
    const [found] = await judge([one], { rules: [old] }, [match])
    assert.deepEqual([found?.heldBefore, found?.heldAfter], [1, 0])
    assert.deepEqual(found?.changes, [
      { before: 'reject', after: 'deliver', because: 'rule r-old', recipients: 1 },
    ])
  })

  test('a broken one is counted as failed, and nothing is thrown', async () => {
    const broken = {
      ...rule('r-new', 'x'),
      conditions: [{ field: 'subject', test: 'matches', values: ['('] }],
    }
    const [unreadable] = await judge([candidate({ rule: { id: 'r-new', rule: broken as never } })])
    assert.match(unreadable?.failed ?? '', /cannot be read/)
    assert.equal(unreadable?.deliveries, 0)
    const torn = candidate({ settings: null as never })
    const [failed] = await judge([torn])
    assert.notEqual(failed?.failed, undefined)
  })

  test('what waits for DNS is counted when it is judged again', async () => {
    const open: Finding = { ...points(0), check: 'authentication', proposal: 'defer' }
    const [found] = await judge([candidate({ settings: [{ name: 'tolerance', value: '50' }] })], {
      before: [open],
    })
    assert.equal(found?.deliveries, 0)
  })
})
