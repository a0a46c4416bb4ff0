import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRules } from '#flow/checks/rules/rules.ts'
import type { LastCheck } from '#flow/inspection/check.ts'
import type { TenantBook } from '#flow/inspection/tenant-book.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import type { KeptRule } from '#services/policy/policy-store.ts'
import { arrivalOf, parse } from './try-message.ts'
import { withCanaries } from './with-canaries.ts'

const scope = 'domain:a.test'
const rule = (id: string, action: 'quarantine' | 'hold'): KeptRule => ({
  ...{ id, scope, position: 0, name: id, direction: 'both', exceptions: [], locked: false },
  conditions: [{ field: 'subject', test: 'contains', values: ['bill'] }],
  actions: [{ do: action }, { do: 'subject', prefix: '[bill]' }],
  ...{ enabled: true, owner: '', changedAt: 0, changedBy: 'test', paused: null },
})
const canary = (more: Partial<CandidateInForce> = {}): CandidateInForce => ({
  ...{ id: 'c-aaaaaaa', stage: 'canary', share: 0, since: null, people: ['x@a.test'], ...more },
  proposal: { scope, settings: [], senders: [], rule: { id: 'r-1', rule: rule('r-1', 'hold') } },
})
const old = [rule('r-1', 'quarantine')]

const bookOf = (on: readonly CandidateInForce[]) => {
  const levelsOf = (address: string) => (address.endsWith('@a.test') ? [scope, `user:${address}`] : [])
  return {
    ...{ version: () => 1, levelsOf, scopesOf: levelsOf, levelOf: () => null, listed: () => [] },
    rulesOf: (level: string) => (level === scope ? old : []),
    candidates: () => new Map(on.map((each) => [each.proposal.scope, each])),
  }
}

async function ask(
  on: readonly CandidateInForce[],
  to: readonly string[],
  make: (book: TenantBook) => LastCheck = (book) => createRules(book),
  { budgetMs = 10_000, now = (): number => 0 } = {},
) {
  const traced = { client: { ip: '192.0.2.1', helo: 'x' }, mailFrom: 'x@s.test', direction: 'inbound' }
  const source = 'From: x@s.test\r\nSubject: a bill\r\n\r\nwords\r\n'
  const message = await parse('m', { bytes: Buffer.from(source) }, arrivalOf(traced as never, to))
  const check = withCanaries(bookOf(on), make, budgetMs, now)
  return check.run(message, [], new AbortController().signal)
}

describe('canaries of policy', () => {
  test('where there is none, findings and changes are for all, as ever', async () => {
    const { findings, edits } = await ask([], ['x@a.test', 'y@a.test'])
    assert.deepEqual(
      findings.map(({ proposal, only }) => [proposal, only]),
      [['quarantine', undefined]],
    )
    assert.ok(edits?.every(({ only }) => only === undefined || only.length === 2))
  })

  test('whom it is for has the new rule and no other; all others have the old one', async () => {
    const { findings, edits = [] } = await ask([canary()], ['x@a.test', 'y@a.test', 'z@b.test'])
    const found = findings.map(({ proposal, only }) => [proposal, only])
    assert.deepEqual(found, [
      ['quarantine', ['y@a.test']],
      ['hold', ['x@a.test']],
    ])
    assert.deepEqual(new Set(edits.map(({ only }) => only?.join())), new Set(['x@a.test', 'y@a.test']))
    assert.equal(findings[1]?.evidence?.trial, 'c-aaaaaaa')
  })

  test('one that is broken is in force for nobody, and its trial hears of it', async () => {
    const torn = { ...rule('r-1', 'hold'), conditions: null as never }
    const broken = canary()
    const proposal = { ...broken.proposal, rule: { id: 'r-1', rule: torn } }
    const { findings } = await ask([{ ...broken, proposal }], ['x@a.test', 'y@a.test'])
    assert.deepEqual(
      findings.map(({ code, proposal: wants, only, evidence }) => [code, wants, only, evidence?.trial]),
      [
        ['rule-matched', 'quarantine', ['y@a.test'], undefined],
        ['rules-unavailable', undefined, ['x@a.test'], broken.id],
        ['rule-matched', 'quarantine', ['x@a.test'], undefined],
      ],
    )
  })

  test('one about settings alone asks no rules a second time', async () => {
    let asked = 0
    const counting = (book: TenantBook): LastCheck => {
      const { name, run } = createRules(book)
      const counted: LastCheck['run'] = (...given) => {
        asked++
        return run(...given)
      }
      return { name, run: counted }
    }
    const one = canary()
    const settings = [{ name: 'tolerance', value: '50' }]
    await ask(
      [{ ...one, proposal: { ...one.proposal, rule: null, settings } }],
      ['x@a.test', 'y@a.test'],
      counting,
    )
    assert.equal(asked, 1)
  })

  test('after half of the time, and after five, nobody is asked: all is as ever for their people', async () => {
    const people = Array.from({ length: 7 }, (_, n) => `x${n}@a.test`)
    const many = people.map((each, n) => {
      const one = canary({ id: `c-${n}`, share: 1 })
      return { ...one, proposal: { ...one.proposal, scope: `user:${each}` } }
    })
    const wants = (findings: readonly { readonly proposal?: string; readonly code: string }[]) =>
      findings.map(({ proposal, code }) => proposal ?? code)
    const capped = wants((await ask(many, people)).findings)
    assert.equal(capped.filter((each) => each === 'rules-unavailable').length, 2)
    let ms = 0
    const now = () => {
      ms += 2000
      return ms
    }
    const late = await ask(many, people, undefined, { budgetMs: 10_000, now })
    const said = wants(late.findings)
    assert.ok(said.filter((each) => each === 'rules-unavailable').length >= 6, said.join())
    assert.ok(late.findings.every(({ evidence }) => evidence?.why !== 'broken'))
    assert.equal(said.at(-1), 'quarantine', 'the rules in force are asked for them')
  })

  test('where a canary never ends, what was said of all others counts', async () => {
    const stuck = (book: TenantBook): LastCheck => {
      const { name, run } = createRules(book)
      const isPlain = book.rulesOf(scope) === old
      return { name, run: isPlain ? run : () => new Promise(() => {}) }
    }
    const { findings } = await ask([canary()], ['x@a.test', 'y@a.test'], stuck, { budgetMs: 20 })
    assert.deepEqual(
      findings.map(({ code, only }) => [code, only]),
      [
        ['rule-matched', ['y@a.test']],
        ['rules-unavailable', ['x@a.test']],
      ],
    )
  })

  test('one in the shadow is in force for nobody', async () => {
    const { findings } = await ask([canary({ stage: 'shadow', share: 1 })], ['x@a.test'])
    assert.equal(findings[0]?.proposal, 'quarantine')
  })
})
