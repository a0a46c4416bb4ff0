import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { CandidateSums } from '#flow/inspection/candidate-notes.ts'
import { newId } from '#ground/platform/ids.ts'
import type { Candidate } from '#services/policy/candidate.ts'
import type { CandidateStore } from '#services/policy/candidate-store.ts'
import type { PolicyEdit, PolicyStep } from '#services/policy/policy-version.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import { plainDelivery, plainMessage } from '../../../test-site.ts'
import { databaseName } from './open-database.ts'

const start = 1_800_000_000_000
const audit = { at: start, who: 'boss', ip: '', what: 'policy-trial-started' }

const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ id, scope: `domain:${id}.test`, tenant: 'one', stage: 'shadow', share: 0, people: [] },
  ...{ since: start, addedAt: start, addedBy: 'boss', movedBy: 'boss', why: '', edits: [] },
  proposal: { scope: `domain:${id}.test`, settings: [], senders: [], rule: null },
  ...{ guard: 3, promoteAfterMs: null, bySteps: false, version: null },
  ...more,
})

/** As whoever moves it has read it. */
const seen = (stage: Candidate['stage'], since = start) => ({ stage, since })

const sums = (id: string, messages: readonly string[], more: Partial<CandidateSums> = {}): CandidateSums => ({
  ...{
    id,
    stage: 'shadow',
    since: null,
    hour: start,
    messages: 5,
    deliveries: 10,
    changed: 2,
    heldBefore: 1,
    heldAfter: 3,
    freedBad: 0,
    failed: 0,
  },
  differences: messages.map((messageId, n) => ({
    ...{ messageId, at: start + n, before: 'deliver', after: 'quarantine', because: 'tolerance' },
    recipients: 1,
  })),
  ...more,
})

for (const engine of engines) {
  describe(`changes of policy on trial on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let store: CandidateStore

    before(async () => {
      open = await engine.open()
      store = open.stores.candidates
    })
    after(() => open.close())

    test('one at a level; a move that has seen another stage does nothing', async () => {
      assert.equal(await store.put(candidate('a'), null, audit), true)
      assert.equal(await store.put({ ...candidate('b'), scope: 'domain:a.test' }, null, audit), false)
      const version = await open.stores.directory.version()
      const taken = candidate('a', { stage: 'taken-back', movedBy: 'mailkeep', since: start + 5 })
      assert.equal(await store.put(taken, seen('canary'), audit), false)
      assert.equal(await store.put(taken, seen('shadow', start - 1), audit), false)
      assert.equal((await store.read('a'))?.stage, 'shadow')
      assert.equal(await store.put(taken, seen('shadow'), audit), true)
      assert.ok((await open.stores.directory.version()) > version, 'a new snapshot is made')
      assert.deepEqual(await store.read('a'), taken)
      assert.deepEqual(await store.open(), [])
      assert.deepEqual(
        (await store.takenBackSince(start + 5)).map(({ id }) => id),
        ['a'],
      )
      assert.deepEqual(await store.takenBackSince(start + 6), [])
    })

    test('sums add up by stage and hour; of what is no more on trial nothing is added', async () => {
      await store.put(candidate('c'), null, audit)
      await store.addSums([sums('c', ['m1']), sums('a', ['m9']), sums('c', ['m1', 'm2'])])
      await store.addSums([sums('c', [], { stage: 'canary' }), sums('c', [], { hour: start + 3_600_000 })])
      const [first, second, ...more] = await store.hours('c')
      assert.deepEqual(
        [first?.deliveries, first?.changed, first?.heldAfter, second?.deliveries, more.length],
        [20, 4, 6, 10, 0],
      )
      assert.deepEqual(
        (await store.differences('c', 10)).map(({ messageId }) => messageId),
        ['m2', 'm1'],
      )
      assert.deepEqual(await store.differences('a', 10), [])
    })

    test('what was judged in a step counts for that step: late mail of the one before is dropped', async () => {
      await store.put(candidate('w', { stage: 'canary', share: 0.01 }), null, audit)
      const canary = (since: number | null) => sums('w', ['m7'], { stage: 'canary', since, freedBad: 1 })
      await store.addSums([canary(start), canary(start - 1)])
      assert.equal((await store.stepCounts('w', 'canary')).deliveries, 10)
      const wider = candidate('w', { stage: 'canary', share: 0.1, since: start + 5 })
      assert.equal(await store.put(wider, seen('canary'), audit), true)
      await store.addSums([canary(start)])
      assert.equal((await store.stepCounts('w', 'canary')).deliveries, 0)
      await store.addSums([canary(start + 5), canary(null)])
      const { deliveries, freedBad } = await store.stepCounts('w', 'canary')
      assert.deepEqual([deliveries, freedBad], [20, 2], 'an older process does not tell the step')
      assert.deepEqual(
        (await store.steps('w', 5)).map((each) => [each.deliveries, each.freedBad]),
        [[10, 1]],
      )
      assert.equal((await store.stepCounts('w', 'taken-back')).deliveries, 0)
    })

    test('mail that a canary has kept is found, and judged anew once; nothing else is', async () => {
      await store.put(candidate('k', { stage: 'canary', share: 1 }), null, audit)
      const accept = async (id: string, stage: string, changes: object[], n = 1) => {
        const facts = { policyTrials: [{ id, stage, scope: 'domain:k.test', tenant: 'one', changes }] }
        const messageId = newId(start + n)
        await open.stores.messages.accept({
          message: {
            ...plainMessage(messageId, start + n),
            explanation: { verdict: 'policy', score: 0, findings: [], facts, timings: {} },
          },
          body: { kind: 'inline', bytes: Buffer.from('From: a\r\n\r\nb') },
          deliveries: [
            { ...plainDelivery(0, start + n), state: 'quarantined', reason: 'policy', dueAt: null },
          ],
          lease: null,
        })
        return messageId
      }
      const held = [{ before: 'deliver', after: 'quarantine', because: 'rule r', recipients: 1 }]
      const mine = await accept('k', 'canary', held)
      await accept('k', 'canary', [])
      await accept('k', 'canary', [{ ...held[0], before: 'quarantine', after: 'deliver' }])
      await accept('k', 'shadow', held)
      await accept('other', 'canary', held)
      await accept('k', 'canary', held, -1)
      assert.deepEqual(
        await store.keptBy('k', start, 10),
        [],
        'it was in force for nobody as far as is known',
      )
      await store.addSums([sums('k', [], { stage: 'canary' })])
      assert.deepEqual(await store.keptBy('k', start, 10), [mine])
      assert.equal(await store.reopen('k', [mine], start + 9), 1)
      assert.equal(await store.reopen('k', [mine], start + 9), 0)
      assert.deepEqual(await store.keptBy('k', start, 10), [])
      const traced = await open.stores.ledger.read(mine)
      assert(traced?.kind === 'message')
      const event = traced.events.find(({ kind }) => kind === 'reopened')
      assert.deepEqual([event?.reason, event?.detail], ['re-judged', { policyTrial: 'k' }])
    })

    test('the newest thousand differences stay', async () => {
      await store.put(candidate('d'), null, audit)
      const ids = Array.from({ length: 1100 }, (_, n) => `m${n}`)
      await store.addSums([sums('d', ids)])
      const kept = await store.differences('d', 2000)
      assert.ok(kept.length <= 1001, `${kept.length} are kept`)
      assert.equal(kept[0]?.messageId, 'm1099')
    })

    test('lists are of levels and tenants; forgetting leaves what is on trial', async () => {
      await store.put(candidate('e', { tenant: 'two' }), null, audit)
      const all = await store.list({ scopes: null, tenants: null, limit: 10 })
      assert.equal(all.at(-1)?.id, 'a', 'what ended comes last')
      const two = await store.list({ scopes: null, tenants: ['two'], limit: 10 })
      assert.deepEqual(
        two.map(({ id }) => id),
        ['e'],
      )
      const ofLevel = await store.list({ scopes: ['domain:c.test'], tenants: null, limit: 10 })
      assert.deepEqual(
        ofLevel.map(({ id }) => id),
        ['c'],
      )
      await store.forget(start + 1e9)
      assert.equal(await store.read('a'), null)
      assert.equal((await store.read('c'))?.id, 'c')
    })

    test('sums are those of the hours, by stage', async () => {
      await store.put(candidate('f'), null, audit)
      const later = start + 3_600_000
      await store.addSums([sums('f', []), sums('f', [], { hour: later })])
      await store.put(candidate('f', { stage: 'canary', since: start + 5 }), seen('shadow'), audit)
      await store.addSums([sums('f', [], { stage: 'canary', hour: later, failed: 2 })])
      assert.deepEqual(
        (await store.sums('f')).map(({ stage, deliveries, failed }) => [stage, deliveries, failed]),
        [
          ['shadow', 20, 0],
          ['canary', 10, 2],
        ],
      )
    })

    test('a step that ends leaves what it has measured, without what steps before it had', async () => {
      await store.put(candidate('s', { bySteps: true }), null, audit)
      await store.addSums([sums('s', [])])
      const at = (n: number, share: number) =>
        candidate('s', {
          bySteps: true,
          stage: 'canary',
          share,
          since: start + n,
          why: `step ${n}`,
          movedBy: 'x',
        })
      assert.equal(await store.put(at(1, 0.01), seen('shadow'), audit), true)
      await store.addSums([sums('s', [], { stage: 'canary', heldAfter: 4 })])
      assert.equal(await store.put(at(2, 0.1), seen('canary', start + 1), audit), true)
      assert.equal(await store.put(at(2, 0.1), seen('canary', start + 1), audit), false, 'not twice')
      await store.addSums([sums('s', [], { stage: 'canary', messages: 9, deliveries: 70 })])
      const taken = candidate('s', { stage: 'taken-back', since: start + 3, why: 'enough', movedBy: 'boss' })
      assert.equal(await store.put(taken, seen('canary', start + 2), audit), true)
      assert.deepEqual(
        (await store.steps('s', 10)).map(({ stage, share, messages, deliveries, heldAfter, endedBy, why }) =>
          [stage, share, messages, deliveries, heldAfter, endedBy, why].join(' '),
        ),
        ['shadow 0 5 10 3 x step 1', 'canary 0.01 5 10 4 x step 2', 'canary 0.1 9 70 3 boss enough'],
      )
      const [line] = await open.stores.access.audit(null, null, 1)
      assert.match(JSON.stringify(line?.detail.measured), /"deliveries":70,/)
      await store.forget(start + 1e9)
      assert.deepEqual(await store.steps('s', 10), [])
    })

    test('what a clock that was ahead has written is brought back, in its order', async () => {
      const ahead = start + 1e9
      await store.put(candidate('t', { since: ahead, addedAt: ahead }), null, audit)
      await store.addSums([sums('t', [], { hour: start - 7 })])
      const at = (since: number) => candidate('t', { stage: 'canary', share: 1, since })
      await store.put(at(ahead + 5), seen('shadow', ahead), audit)
      await store.put(at(ahead + 9), seen('canary', ahead + 5), audit)
      assert.equal(await store.bringBack('t', seen('canary', ahead + 5), start), false, 'it has moved')
      assert.equal(await store.bringBack('t', seen('canary', ahead + 9), start), true)
      const found = await store.read('t')
      assert.deepEqual([found?.since, found?.addedAt], [start, start - 7])
      const steps = await store.steps('t', 9)
      assert.deepEqual(
        steps.map((each) => [each.stage, each.since - start, each.until - start]),
        [
          ['shadow', -2, -1],
          ['canary', -1, 0],
        ],
      )
    })

    test('of two who begin at the same moment the second one is told, also where the levels differ', async () => {
      const known = (await store.open()).map(({ id }) => id)
      assert.equal(await store.put(candidate('g'), null, audit, known), true)
      assert.equal(await store.put(candidate('h'), null, audit, known), false)
      assert.equal(await store.read('h'), null)
      assert.equal(await store.put(candidate('h'), null, audit, [...known, 'g']), true)
    })

    describe('made for all', () => {
      const scope = 'domain:p.test'
      const edit = (before: string | null, after: string): PolicyEdit => ({
        ...{ what: 'setting', scope, name: 'tolerance' },
        ...{ before: { value: before, locked: false }, after: { value: after, locked: false } },
      })
      const step = (edits: readonly PolicyEdit[]): PolicyStep => ({
        ...{ at: start, who: 'boss', ip: '', tenant: 'one', scope, edits, undoes: null },
        what: 'policy-trial-promoted',
      })
      const promoted = (edits: readonly PolicyEdit[]) =>
        candidate('p', { stage: 'promoted', share: 1, edits, why: 'seen enough' })
      const tolerance = async () => (await open.stores.policy.settingsOf(scope))?.settings.tolerance

      before(async () => {
        const { directory } = open.stores
        await directory.putTenant({
          ...{ id: 'one', parent: null, level: 'customer', name: 'One', settings: {}, locked: [] },
        })
        await directory.putDomain(
          { name: 'p.test', tenant: 'one', nextHop: 'smtp://192.0.2.1', settings: {} },
          1,
        )
      })

      test('who was quicker to take it back: nothing is made', async () => {
        const edits = [edit(null, '150')]
        await store.put(candidate('p', { edits }), null, audit)
        await store.put(candidate('p', { edits, stage: 'taken-back' }), seen('shadow'), audit)
        assert.equal(
          await store.promote(promoted(edits), seen('shadow'), step(edits), audit),
          'moved-meanwhile',
        )
        assert.equal(await tolerance(), undefined)
        assert.deepEqual(
          await open.stores.policy.versions({
            ...{ scopes: [scope], tenants: null, before: null },
            limit: 5,
          }),
          [],
        )
        await store.forget(start + 1e9)
      })

      test('what it changes was changed: neither is made, and it is on trial as before', async () => {
        const edits = [edit('77', '150')]
        await store.put(candidate('p', { edits }), null, audit)
        assert.deepEqual(await store.promote(promoted(edits), seen('shadow'), step(edits), audit), {
          ...{ version: null, edit: 0 },
        })
        assert.equal((await store.read('p'))?.stage, 'shadow')
        await store.put(candidate('p', { stage: 'taken-back' }), seen('shadow'), audit)
        await store.forget(start + 1e9)
      })

      test('what it is about was changed otherwise: it goes to no others, and can be taken back', async () => {
        const edits = [edit('77', '150')]
        await store.put(candidate('p', { edits }), null, audit)
        const canary = candidate('p', { edits, stage: 'canary', share: 0.1, since: start + 1 })
        assert.equal(await store.put(canary, seen('shadow'), audit), false)
        const back = candidate('p', { edits, stage: 'taken-back', since: start + 1 })
        assert.equal(await store.put(back, seen('shadow'), audit), true)
        await store.forget(start + 1e9)
      })

      test('a rule that was paused since is not made for all', async () => {
        const rule = {
          ...{ id: 'r-p', scope, position: 0, enabled: true, locked: false, owner: '', changedAt: start },
          ...{ changedBy: 'boss', paused: null, name: 'p', direction: 'inbound' as const, exceptions: [] },
          conditions: [{ field: 'subject' as const, test: 'contains' as const, values: ['x'] }],
          actions: [{ do: 'hold' as const }],
        }
        const about = { what: 'rule' as const, scope, id: rule.id }
        await open.stores.policy.change(step([{ ...about, before: null, after: rule }]))
        const edits = [{ ...about, before: rule, after: { ...rule, actions: [{ do: 'reject' as const }] } }]
        await store.put(candidate('p', { edits }), null, audit)
        const old = new DatabaseSync(join(open.folder, databaseName))
        old.prepare("UPDATE rules SET paused = '{}' WHERE id = ?").run(rule.id)
        old.close()
        assert.deepEqual(await store.promote(promoted(edits), seen('shadow'), step(edits), audit), {
          ...{ version: null, edit: 0 },
        })
        assert.equal((await store.read('p'))?.stage, 'shadow')
        await store.put(candidate('p', { stage: 'taken-back' }), seen('shadow'), audit)
        await store.forget(start + 1e9)
      })

      test('else both are, and the trial names its version', async () => {
        const edits = [edit(null, '150')]
        await store.put(candidate('p', { edits }), null, audit)
        const made = await store.promote(promoted(edits), seen('shadow'), step(edits), audit)
        assert.ok(typeof made === 'object' && made.version !== null)
        assert.equal(await tolerance(), '150')
        const kept = await store.read('p')
        assert.deepEqual([kept?.stage, kept?.version], ['promoted', made.version])
      })

      test('a change of the same thing ends a trial of it, and no other', async () => {
        const [weight, mine] = [{ ...edit(null, '5'), name: 'weight.x' } as PolicyEdit, edit('150', '160')]
        await store.put(candidate('q', { scope, edits: [mine], stage: 'canary', share: 0.5 }), null, audit)
        await open.stores.policy.change(step([weight]))
        assert.equal((await store.read('q'))?.stage, 'canary')
        assert.equal(await store.overtaken([mine]), null)
        await open.stores.policy.change(step([edit('150', '90')]))
        assert.equal(await store.overtaken([weight, mine]), 0)
        assert.equal(await store.overtaken([mine]), 0)
        assert.deepEqual(
          (await store.steps('q', 5)).map(({ share, endedBy }) => [share, endedBy]),
          [[0.5, 'mailkeep']],
        )
        const ended = await store.read('q')
        assert.deepEqual([ended?.stage, ended?.movedBy], ['taken-back', 'mailkeep'])
        assert.match(ended?.why ?? '', /tolerance of domain:p.test was changed/)
      })
    })
  })
}
