import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { advanceTrial } from './advance-trial.ts'
import { activateDefinitions, addDefinitions, takeBackDefinitions } from './change-definitions.ts'
import type { TrialCounts } from './definition-store.ts'
import { judgeTrial } from './judge-trial.ts'
import { readStanding } from './stages.ts'

const setOf = (version: string, rules: object[] = []) => JSON.stringify({ version, rules })
const rule = (any: string[], weight = 300) => ({
  code: 'test',
  weight,
  text: 'A test.',
  places: ['body'],
  any,
})

const even = { newHits: 20, oldHits: 20, missed: 0, newMs: 10, oldMs: 10 }
const limits = { messages: 1000, timeMs: 86_400_000 }

function inForce({ site }: TestSite): unknown {
  return JSON.parse(readFileSync(join(site.folder, 'definitions/in-force.json'), 'utf8'))
}

async function count(
  { site }: TestSite,
  active: string,
  trial: string,
  more: Partial<TrialCounts>,
): Promise<void> {
  const none = { messages: 1000, activeHits: 0, trialHits: 0, gained: 0, lost: 0, activeMs: 1, trialMs: 1 }
  await site.definitions.store.addCounts([{ ...none, active, trial, ...more }])
}

describe('the trial of a set of definitions', () => {
  test('goes on, is passed, or stops for a reason in words', () => {
    assert.equal(judgeTrial({ ...even, messages: 999 }, 1000, limits).kind, 'goes-on')
    assert.equal(judgeTrial({ ...even, messages: 1000 }, 1000, limits).kind, 'passed')
    assert.equal(judgeTrial({ ...even, messages: 3 }, 86_400_000, limits).kind, 'passed')
    assert.equal(judgeTrial({ ...even, messages: 0 }, 86_400_000, limits).kind, 'goes-on')
    const stops: [object, RegExp][] = [
      [{ newHits: 61 }, /keeps 61 of 200 messages, the set before it 20/],
      [{ newHits: 10, oldHits: 0 }, /keeps 10 of 200/],
      [{ missed: 5 }, /lets through 5 messages of 20/],
      [{ newMs: 900 }, /takes 4\.5 ms a message, the set before it 0\.1 ms/],
    ]
    for (const [more, expected] of stops) {
      const end = judgeTrial({ ...even, messages: 200, ...more }, 1000, limits)
      assert.match(end.kind === 'stop' ? end.why : end.kind, expected)
    }
    for (const more of [
      { newHits: 60 },
      { newHits: 9, oldHits: 0 },
      { missed: 4, oldHits: 40 },
      { newMs: 12 },
    ])
      assert.equal(judgeTrial({ ...even, messages: 200, ...more }, 1000, limits).kind, 'goes-on')
  })

  test('one that judges golden samples wrongly is not taken', async () => {
    using it = openTestSite()
    const parts = it.site.definitions
    await assert.rejects(
      addDefinitions(parts, setOf('v1', [rule(['invoice'])]), 'me'),
      /keeps \d+ clean samples/,
    )
    await assert.rejects(addDefinitions(parts, '{"version":"V"}', 'me'), /version must be a name/)
    assert.deepEqual(await parts.store.list(), [])
  })

  test('shadow, one percent, ten, all; then the one before is compared on, and let go', async () => {
    using it = openTestSite()
    const parts = it.site.definitions
    await addDefinitions(parts, setOf('v1'), 'me')
    await assert.rejects(addDefinitions(parts, setOf('v2'), 'me'), /v1 is on trial/)
    assert.deepEqual(inForce(it), { active: 'shipped', trial: { version: 'v1', share: 0 } })
    for (const share of [0.01, 0.1]) {
      await count(it, 'shipped', 'v1', {})
      await advanceTrial(parts)
      assert.deepEqual(inForce(it), { active: 'shipped', trial: { version: 'v1', share } })
      await advanceTrial(parts)
      assert.deepEqual(
        inForce(it),
        { active: 'shipped', trial: { version: 'v1', share } },
        'counts begin anew',
      )
    }
    await count(it, 'shipped', 'v1', {})
    await advanceTrial(parts)
    assert.deepEqual(inForce(it), { active: 'v1', trial: { version: 'shipped', share: 0 } })
    await count(it, 'v1', 'shipped', {})
    await advanceTrial({ ...parts, now: () => Date.now() + 2 * 86_400_000 })
    assert.deepEqual(inForce(it), { active: 'v1', trial: null })
  })

  test('one that keeps far more than the other is taken back, on trial or after it', async () => {
    using it = openTestSite()
    const parts = it.site.definitions
    await addDefinitions(parts, setOf('v1'), 'me')
    await count(it, 'shipped', 'v1', { messages: 100, trialHits: 30, gained: 30 })
    await advanceTrial(parts)
    assert.deepEqual(inForce(it), { active: 'shipped', trial: null })

    await addDefinitions(parts, setOf('v2'), 'me')
    await activateDefinitions(parts, 'v2', 'early')
    await count(it, 'v2', 'shipped', { messages: 100, activeHits: 30, lost: 30 })
    await advanceTrial(parts)
    assert.deepEqual(inForce(it), { active: 'shipped', trial: null })
    const all = await parts.store.list()
    assert.deepEqual(
      all.filter((each) => each.version !== 'shipped').map((each) => [each.stage, each.why]),
      [
        ['taken-back', 'it keeps 30 of 100 messages, the set before it 0'],
        ['taken-back', 'it keeps 30 of 100 messages, the set before it 0; it had decided nothing'],
      ],
    )
    await assert.rejects(takeBackDefinitions(parts, 'v2', 'again'), /neither on trial nor active/)
    assert.equal((await readStanding(parts)).active.version, 'shipped')
  })

  test('what it put into quarantine is judged anew, and what people touched is left alone', async () => {
    using it = openTestSite()
    const { store } = it.site.definitions
    const decided = (version: string) => ({
      explanation: {
        verdict: 'spam',
        score: 300,
        findings: [],
        facts: { definitions: { version } },
        timings: {},
      },
      edits: [
        { kind: 'prepend' as const, line: 'Authentication-Results: x' },
        { kind: 'prepend' as const, line: 'Received: by us' },
      ],
    })
    const aside = { state: 'quarantined', reason: 'score', dueAt: null } as const
    const mine = it.accept({ message: decided('bad'), deliveries: [aside] })
    const released = it.accept({ message: decided('bad'), deliveries: [aside] })
    const other = it.accept({ message: decided('good'), deliveries: [aside] })
    await it.site.quarantine.release(released, null, Date.now(), 1000, 'somebody', false)
    assert.deepEqual(
      [await store.reopen({ kind: 'definitions', name: 'bad' }, Date.now(), 10), await store.reopened()],
      [1, 1],
    )
    assert.equal(await store.reopen({ kind: 'definitions', name: 'bad' }, Date.now(), 10), 0, 'once')

    const [claimed, ...others] = it.stores.transaction(() =>
      it.stores.messages.claimUninspected('me', Date.now(), Date.now() + 1000, 10),
    )
    assert.deepEqual([claimed?.id, others.length], [mine, 0])
    const verdict = {
      explanation: decided('good').explanation,
      subject: '',
      headerFrom: '',
      headerMessageId: '',
      edits: [{ kind: 'prepend' as const, line: 'Authentication-Results: y' }],
      decisions: [
        {
          messageId: mine,
          n: 0,
          state: 'waiting' as const,
          reason: 'just-accepted' as const,
          dueAt: Date.now(),
        },
      ],
    }
    it.stores.transaction(() => it.stores.messages.decide(mine, 'me', Date.now(), verdict))
    const traced = it.stores.ledger.read(mine)
    assert(traced?.kind === 'message')
    assert.deepEqual(
      traced.deliveries.map((each) => [each.state, each.reason]),
      [['waiting', 're-judged']],
    )
    const { edits } = it.stores.database.prepare('SELECT edits FROM messages WHERE id = ?').get(mine) as {
      edits: string
    }
    assert.deepEqual(
      (JSON.parse(edits) as { line: string }[]).map((each) => each.line),
      ['Authentication-Results: y', 'Received: by us'],
    )
    assert.equal(await store.reopened(), 0)
    assert.deepEqual(await it.site.ledger.audit(10), [])
    assert.notEqual(other, mine)
  })
})
