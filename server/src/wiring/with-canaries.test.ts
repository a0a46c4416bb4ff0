import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRules } from '#flow/checks/rules/rules.ts'
import { isChosen } from '#ground/storage/snapshot/is-chosen.ts'
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
  ...{ id: 'c-aaaaaaa', stage: 'canary', share: 0, people: ['x@a.test'], ...more },
  proposal: { scope, settings: [], senders: [], rule: { id: 'r-1', rule: rule('r-1', 'hold') } },
})
const old = [rule('r-1', 'quarantine')]

async function ask(on: readonly CandidateInForce[], to: readonly string[]) {
  const levelsOf = (address: string) => (address.endsWith('@a.test') ? [scope] : [])
  const book = {
    ...{ version: () => 1, levelsOf, scopesOf: levelsOf, levelOf: () => null, listed: () => [] },
    rulesOf: (level: string) => (level === scope ? old : []),
    candidates: () => new Map(on.map((each) => [scope, each])),
  }
  const traced = { client: { ip: '192.0.2.1', helo: 'x' }, mailFrom: 'x@s.test', direction: 'inbound' }
  const source = 'From: x@s.test\r\nSubject: a bill\r\n\r\nwords\r\n'
  const message = await parse('m', { bytes: Buffer.from(source) }, arrivalOf(traced as never, to))
  const check = withCanaries(book, (each) => createRules(each))
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

  test('one that is broken is in force for nobody', async () => {
    const torn = { ...canary(), proposal: null as never }
    const { findings } = await ask([torn], ['x@a.test', 'y@a.test'])
    assert.deepEqual(
      findings.map(({ proposal, only }) => [proposal, only]),
      [
        ['quarantine', ['y@a.test']],
        ['quarantine', ['x@a.test']],
      ],
    )
  })

  test('one in the shadow is in force for nobody', async () => {
    const { findings } = await ask([canary({ stage: 'shadow', share: 1 })], ['x@a.test'])
    assert.equal(findings[0]?.proposal, 'quarantine')
  })

  test('a share takes about so many, the same ones each time, and a greater one takes nobody out', () => {
    const people = Array.from({ length: 2000 }, (_, n) => `p${n}@a.test`)
    const within = (share: number) => people.filter((each) => isChosen(canary({ share, people: [] }), each))
    const [few, many] = [within(0.1), within(0.3)]
    assert.ok(few.length > 140 && few.length < 260, `${few.length}`)
    assert.ok(few.every((each) => many.includes(each)))
    assert.equal(within(1).length, people.length)
    assert.equal(within(0).length, 0)
    const [one = ''] = few
    assert.ok(
      isChosen(canary({ share: 0.1 }), one.toUpperCase().replace('@', '+tag@')),
      'a tag is none of it',
    )
  })
})
