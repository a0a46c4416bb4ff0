import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '#flow/inspection/check.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import type { CandidateBook } from './candidates-for.ts'
import { createCandidateJudge } from './judge-candidates.ts'
import { arrivalOf, parse } from './try-message.ts'
import { WorkPace } from './work-pace.ts'

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
  ...{ id: 'c-aaaaaaa', stage: 'shadow', share: 0, since: null, people: [], ...about },
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
  book: CandidateBook = bookOf(on, rules),
) {
  const asked = createCandidateJudge({ book, budgetMs: 1000, defers: () => true })
  return asked(await message(to, subject), before, all)
}

describe('changes of policy in the shadow', () => {
  test('where nothing is on trial, or for others alone, nothing is said', async () => {
    assert.deepEqual(await judge([]), [])
    const other = candidate({ settings: [{ name: 'tolerance', value: '50' }] })
    assert.deepEqual(await judge([other], { to: ['b@two.test'], before: [points(100)] }), [])
  })

  test('a setting: what would become of the message, for whom, and by what', async () => {
    const settings = [
      { name: 'tolerance', value: '50' },
      { name: 'dmarc', value: 'observe' },
    ]
    const one = candidate({ settings }, { since: 7 })
    const [found] = await judge([one], { to: ['b@a.test', 'c@a.test', 'd@two.test'], before: [points(100)] })
    assert.deepEqual(found, {
      ...{ id: one.id, stage: 'shadow', since: 7, scope, tenant: 'one' },
      ...{ deliveries: 2, heldBefore: 0, heldAfter: 2, freedBad: 0 },
      changes: [{ before: 'deliver', after: 'quarantine', because: 'tolerance', recipients: 2 }],
    })
  })

  test('what is held as phishing or a virus and would come through is counted; spam is not', async () => {
    const one = candidate({ settings: [{ name: 'tolerance', value: '900' }] })
    const of = async (kind: 'phishing' | 'spam') => {
      const [found] = await judge([one], { to: ['b@a.test', 'c@a.test'], before: [{ ...points(300), kind }] })
      return [found?.heldBefore, found?.heldAfter, found?.freedBad]
    }
    assert.deepEqual(await of('phishing'), [2, 0, 2])
    assert.deepEqual(await of('spam'), [2, 0, 0])
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

  test('a book that fails, or a change of another shape, takes no verdict from a message', async () => {
    const one = candidate({ settings: [{ name: 'tolerance', value: '50' }] })
    const failing: CandidateBook = {
      ...bookOf([one]),
      levelsOf: () => {
        throw new Error('the snapshot cannot be read')
      },
    }
    assert.deepEqual(await judge([one], {}, [], failing), [])
    const shapeless = { ...candidate({}), proposal: { scope } as never }
    const [found] = await judge([shapeless])
    assert.equal(found?.deliveries, 0)
    assert.notEqual(found?.failed, undefined)
  })

  test('many recipients with many weights: each level is read once, and alike ones are judged once', async () => {
    const settings = Array.from({ length: 100 }, (_, n) => ({ name: `weight.c${n}`, value: '2' }))
    const one = candidate({ settings: [...settings, { name: 'weight.content-spam', value: '500' }] })
    const to = Array.from({ length: 1000 }, (_, n) => `p${n}@a.test`)
    let reads = 0
    const levelOf = () => {
      reads++
      return null
    }
    const book = { ...bookOf([one]), levelOf }
    const before = [points(10), ...settings.map(({ name }) => ({ ...points(0), code: name.slice(7) }))]
    const [found] = await judge([one], { to, before }, before, book)
    assert.equal(found?.failed, undefined)
    assert.deepEqual([found?.deliveries, found?.heldAfter], [1000, 1000])
    assert.deepEqual(
      found?.changes.map(({ because, recipients }) => [because, recipients]),
      [['weight.content-spam', 1000]],
    )
    assert.ok(reads <= 2, `${reads} reads of two levels`)
  })

  test('findings for some recipients only part those who are otherwise alike', async () => {
    const some: Finding = { ...points(100), only: ['b@a.test', 'd@a.test'] }
    const one = candidate({ settings: [{ name: 'tolerance', value: '50' }] })
    const [found] = await judge([one], { to: ['b@a.test', 'c@a.test', 'd@a.test'], before: [some] })
    assert.deepEqual([found?.deliveries, found?.heldAfter, found?.changes[0]?.recipients], [3, 2, 2])
  })

  test('comparing gives way to others, and gives up in the end', async () => {
    let ms = 0
    const pace = new WorkPace(50, () => ms)
    let turns = 0
    const others = setImmediate(() => turns++)
    await pace.breathe()
    assert.equal(turns, 0)
    ms = 15
    await pace.breathe()
    assert.equal(turns, 1, 'others had a turn')
    clearImmediate(others)
    ms = 70
    await assert.rejects(pace.breathe(), /longer than 50 ms/)
  })
})

describe('changes of policy that are in force for some', () => {
  const skip = (why: string, more: Partial<Finding> = {}): Finding => ({
    ...{ check: 'rules', code: 'rule-skipped', weight: 0, text: `skipped: ${why}`, rule: 'r-1' },
    evidence: { why },
    ...more,
  })
  const canary = candidate(
    { rule: { id: 'r-1', rule: rule('r-1', 'invoice') } },
    { stage: 'canary', people: ['b@a.test'] },
  )

  test('a fault of the rule in force is none of the trial; one that names the trial is', async () => {
    const [others] = await judge([canary], {}, [skip('slow', { only: ['c@a.test'] })])
    assert.deepEqual([others?.failed, others?.deliveries], [undefined, 1])
    const own = skip('slow', { evidence: { why: 'slow', trial: canary.id } })
    const [failed] = await judge([canary], {}, [own])
    assert.equal(failed?.failed, 'skipped: slow')
  })

  test('where others had used up the time nothing is counted, neither for it nor against it', async () => {
    const late = skip('time-used-up', { evidence: { why: 'time-used-up', trial: canary.id } })
    const [found] = await judge([canary], {}, [late])
    assert.deepEqual([found?.failed, found?.deliveries], [undefined, 0])
    const unasked: Finding = { check: 'rules', code: 'rules-unavailable', weight: 0, text: '' }
    const [none] = await judge([canary], {}, [unasked])
    assert.deepEqual([none?.failed, none?.deliveries], [undefined, 0])
  })

  test('one that was broken for its people is counted as failed', async () => {
    const broken: Finding = {
      ...{ check: 'rules', code: 'rules-unavailable', weight: 0, text: 'it is broken' },
      evidence: { why: 'broken', trial: canary.id },
    }
    const [found] = await judge([canary], {}, [broken])
    assert.equal(found?.failed, 'it is broken')
  })
})
