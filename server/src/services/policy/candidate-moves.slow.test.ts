import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { RuleText } from '#flow/inspection/message-rule.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { databaseName } from '#ground/storage/database/open-database.ts'
import { canaryFor } from '#ground/storage/snapshot/is-chosen.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import { addTenant } from '#services/directory/add-tenant.ts'
import { openTestSite } from '../../test-site.ts'
import { advanceCandidates } from './advance-candidates.ts'
import type { CandidateOrder } from './candidate-order.ts'
import { AheadTimes } from './clock-ahead.ts'
import { collectEdits } from './collect-edits.ts'
import { findCandidate, promoteCandidate, takeBackCandidate, widenCandidate } from './end-candidate.ts'
import type { PolicyStore } from './policy-store.ts'
import type { GivenProposal } from './read-proposal.ts'
import { readScope } from './scope.ts'
import { setLevelSetting } from './set-level-setting.ts'
import { type CandidateTerms, startCandidate } from './start-candidate.ts'
import { undoVersion } from './undo-version.ts'
import { addRule, deleteRule, switchRule } from './write-rule.ts'

const ruleText = (name: string, actions: RuleText['actions'] = [{ do: 'quarantine' }]): RuleText => ({
  ...{ name, direction: 'inbound', exceptions: [], actions },
  conditions: [{ field: 'subject', test: 'contains', values: [name] }],
})

/** A site with people, an alias and two groups, and trials on it. */
async function withTrials(
  run: (site: Awaited<ReturnType<typeof openTrials>>) => Promise<void>,
): Promise<void> {
  using opened = openTestSite()
  await run(await openTrials(opened))
}

async function openTrials({ site, order: by, accept, stores }: ReturnType<typeof openTestSite>) {
  const order: CandidateOrder = { ...by, policy: site.policy, candidates: site.candidates }
  await addTenant(order, { id: 'acme', level: 'operator', name: 'Acme' })
  await site.directory.putDomain({ name: 'a.test', tenant: 'acme', nextHop: 'mx:x.test', settings: {} }, 1)
  const user = (address: string, owner = address) => ({
    ...{ address, domain: 'a.test', owner, displayName: '', settings: {} },
    kind: owner === address ? ('user' as const) : ('alias' as const),
  })
  const people = ['anna@a.test', 'ben@a.test', 'ben+own@a.test'].map((each) => user(each))
  await site.directory.putUsers([...people, user('info@a.test', 'anna@a.test')], 1)
  for (const [name, member] of [
    ['sales', 'anna@a.test'],
    ['staff', 'ben@a.test'],
  ] as const)
    await site.directory.putGroup({ id: `a.test/${name}`, domain: 'a.test', name, settings: {} }, [member])
  const level = (text: string) => readScope(text, site.directory)
  const begin = async (text: string, proposal: GivenProposal, terms: Partial<CandidateTerms> = {}) => {
    const scope = await level(text)
    const edits = await collectEdits(order, scope, proposal, site.checkRule)
    return startCandidate(order, scope, edits, { guard: 3, promoteAfterMs: null, bySteps: false, ...terms })
  }
  /** Ids of trials that those who judge mail have, from a newly published snapshot. */
  const judged = async () => {
    await site.publish()
    const book = new SnapshotBook(join(site.folder, 'directory'))
    const ids = [...book.candidates().values()].map(({ id }) => id)
    const chosen = (address: string) => canaryFor(book.candidates(), book.levelsOf(address), address)?.id
    const inForce = ['anna@a.test', 'info@a.test', 'ben@a.test', 'ben+own@a.test', 'ben+shop@a.test'].filter(
      chosen,
    )
    book.close()
    return { ids, inForce }
  }
  const stageOf = async (id: string) => (await findCandidate(site.candidates, id)).stage
  const lookedAt = new Map<string, number>()
  let runningMs = 0
  const ahead = new AheadTimes(() => runningMs)
  /** Time goes on by a clock that is never set. */
  const run = (ms: number) => {
    runningMs += ms
  }
  /** The clock of a process looks; `later` (ms) than the trial began, and with what it has read by then. */
  const step = (later = 0, readCandidates = site.candidates) =>
    advanceCandidates({
      ...{ candidates: site.candidates, readCandidates, log: createSilentLog(), lookedAt, ahead },
      ...{ policy: site.policy, directory: site.directory, publish: async () => undefined },
      ...{ now: () => by.at + later, limits: () => ({ messages: 1000, timeMs: 86_400_000 }) },
      alarms: { open: () => [], raise: () => undefined, clear: () => undefined } as never,
    })
  /** Mail that a trial has judged. */
  const measured = (id: string, stage: 'shadow' | 'canary', messages: number, heldAfter = 0) =>
    site.candidates.addSums([
      {
        ...{ id, stage, since: null, hour: 0, messages, deliveries: messages, changed: heldAfter },
        ...{ heldBefore: 0, heldAfter, freedBad: 0, failed: 0, differences: [] },
      },
    ])
  /** What a process of before does: it changes the policy, and knows of no trial. */
  const beforeUs = (sql: string, ...values: string[]) => {
    const database = new DatabaseSync(join(site.folder, databaseName))
    database.prepare(sql).run(...values)
    database.close()
  }
  /** A message in quarantine that a canary has put there. */
  const aside = (id: string) => {
    const changes = [{ before: 'deliver', after: 'quarantine', because: 'tolerance', recipients: 1 }]
    const facts = { policyTrials: [{ id, stage: 'canary', scope: 'domain:a.test', tenant: 'acme', changes }] }
    const explanation = { verdict: 'spam' as const, score: 160, findings: [], facts, timings: {} }
    return accept({
      message: { receivedAt: by.at + 1, explanation },
      deliveries: [{ state: 'quarantined', reason: 'score', dueAt: null }],
    })
  }
  const timesReopened = (id: string) => {
    const traced = stores.ledger.read(id)
    assert(traced?.kind === 'message')
    return traced.events.filter(({ kind }) => kind === 'reopened').length
  }
  return { site, order, level, begin, judged, stageOf, step, run, measured, beforeUs, aside, timesReopened }
}

const tolerance: GivenProposal = { settings: [{ name: 'tolerance', value: '150' }] }

test('who switches a rule off, deletes or changes it has it off for those of its trial too', () =>
  withTrials(async ({ site, order, level, begin, judged, stageOf }) => {
    const scope = await level('domain:a.test')
    const ends = [
      (id: string) => switchRule(order, id, false),
      (id: string) => deleteRule(order, id),
      (id: string) => site.policy.pauseRule(id, { at: order.at, why: 'slow', samples: [] }),
    ]
    for (const end of ends) {
      const old = await addRule(
        ...([order, scope, { text: ruleText('old'), enabled: true, locked: false, owner: '' }] as const),
        site.checkRule,
      )
      const trial = await begin('domain:a.test', { rule: { id: old.id, text: ruleText('new') } })
      await widenCandidate(order, trial, { share: 1, people: [] })
      assert.deepEqual((await judged()).ids, [trial.id])
      await end(old.id)
      assert.equal(await stageOf(trial.id), 'taken-back')
      assert.deepEqual((await judged()).ids, [])
    }
  }))

test('a trial that was taken back meanwhile makes nothing', () =>
  withTrials(async ({ site, order, level, begin }) => {
    const trial = await begin('domain:a.test', tolerance)
    await setLevelSetting(order, await level('domain:a.test'), { name: 'tolerance', value: '120' })
    await assert.rejects(
      promoteCandidate(order, trial, await level('domain:a.test'), 'x'),
      /changed meanwhile, so nothing was done/,
    )
    assert.deepEqual((await site.policy.settingsOf('domain:a.test'))?.settings, { tolerance: '120' })
  }))

test('people are chosen and not addresses: an alias goes with its owner, a mailbox with a tag for itself', () =>
  withTrials(async ({ order, begin, judged }) => {
    const trial = await begin('domain:a.test', tolerance)
    const named = await widenCandidate(order, trial, { share: 0, people: ['info@a.test'] })
    assert.deepEqual((await judged()).inForce, ['anna@a.test', 'info@a.test'])
    await widenCandidate(order, named, { share: 0, people: ['ben@a.test'] })
    assert.deepEqual((await judged()).inForce, ['ben@a.test', 'ben+shop@a.test'])
  }))

test('a trial at a group names its members, and no other mail is on trial twice', () =>
  withTrials(async ({ order, begin, judged }) => {
    const trial = await begin('a.test/sales', tolerance)
    await assert.rejects(widenCandidate(order, trial, { share: 0, people: ['ben@a.test'] }), /is nobody of/)
    await widenCandidate(order, trial, { share: 0, people: ['anna@a.test'] })
    assert.deepEqual((await judged()).inForce, ['anna@a.test', 'info@a.test'])
    for (const beside of ['anna@a.test', 'a.test/staff', 'domain:a.test', 'tenant:acme'])
      await assert.rejects(begin(beside, tolerance), /is on trial/, beside)
    await begin('ben@a.test', tolerance)
  }))

test('a rule that does more than decide is promoted by a person alone', () =>
  withTrials(async ({ begin }) => {
    const rule = { id: null, text: ruleText('copy', [{ do: 'copy', to: 'ben@a.test' }]) }
    await assert.rejects(begin('domain:a.test', { rule }, { promoteAfterMs: 3_600_000 }), /nothing of "copy"/)
    await assert.rejects(begin('domain:a.test', { rule }, { bySteps: true }), /nothing of "copy"/)
    const both = { promoteAfterMs: 3_600_000, bySteps: true }
    await assert.rejects(begin('domain:a.test', tolerance, both), /not both/)
    await begin('domain:a.test', { rule })
  }))

test('a torn row is ended by the clock, and holds up no other', () =>
  withTrials(async ({ begin, stageOf, step, beforeUs }) => {
    const [torn, other] = [await begin('anna@a.test', tolerance), await begin('ben@a.test', tolerance)]
    beforeUs('UPDATE policy_candidates SET edits = ? WHERE id = ?', '[{"what":', torn.id)
    await step()
    assert.equal(await stageOf(torn.id), 'taken-back')
    assert.equal(await stageOf(other.id), 'shadow')
  }))

const settingOf = async (site: { policy: PolicyStore }) =>
  (await site.policy.settingsOf('domain:a.test'))?.settings.tolerance
const shareOf = async (order: CandidateOrder, id: string) => {
  const { stage, share } = await findCandidate(order.candidates, id)
  return `${stage} ${share}`
}

const least = 600_000

test('by steps: 1 %, 10 %, all, each after enough mail of its own, and each with what it measured', () =>
  withTrials(async ({ site, order, begin, step, measured }) => {
    const { id } = await begin('domain:a.test', tolerance, { bySteps: true })
    await measured(id, 'shadow', 999)
    await step(least)
    assert.equal(await shareOf(order, id), 'shadow 0')
    await measured(id, 'shadow', 1)
    await step(least)
    assert.equal(await shareOf(order, id), 'canary 0.01')
    await step(2 * least)
    assert.equal(await shareOf(order, id), 'canary 0.01', 'the shadow counts for no step after it')
    await step(2 * 86_400_000)
    assert.equal(await shareOf(order, id), 'canary 0.1', 'hardly anybody is in the first share')
    await step(4 * 86_400_000)
    assert.equal(await shareOf(order, id), 'canary 0.1', 'all never come without mail that was judged')
    await measured(id, 'canary', 50)
    await step(4 * 86_400_000)
    assert.equal(await shareOf(order, id), 'promoted 1')
    assert.equal(await settingOf(site), '150')
    assert.deepEqual(
      (await site.candidates.steps(id, 9)).map((each) => [
        each.stage,
        each.share,
        each.messages,
        each.endedBy,
        each.why.replace(/^in force for .* of the people: /, ''),
      ]),
      [
        [
          ...['shadow', 0, 1000, 'mailkeep'],
          'nothing spoke against it over 1000 messages to 1000 recipients',
        ],
        [
          ...['canary', 0.01, 0, 'mailkeep'],
          'its time (24 hours) is over without any mail, so the next share is judged again',
        ],
        [
          ...['canary', 0.1, 50, 'mailkeep'],
          'its time (24 hours) is over, and nothing spoke against it over 50 messages to 50 recipients',
        ],
      ],
    )
  }))

const dayMs = 86_400_000

test('a clock that was ahead and is set back ends no step later, by itself or by a person', () =>
  withTrials(async ({ site, order, begin, step, run, measured, judged }) => {
    const [first, other] = [
      await begin('anna@a.test', tolerance, { bySteps: true }),
      await begin('ben@a.test', tolerance, { bySteps: true }),
    ]
    await measured(first.id, 'shadow', 1000)
    await measured(other.id, 'shadow', 1000)
    await step(30 * dayMs)
    assert.equal(await shareOf(order, first.id), 'canary 0.01')
    await step(0)
    const soon = await findCandidate(order.candidates, first.id)
    assert.equal(soon.since, order.at + 30 * dayMs, 'the clock may be behind for a moment')
    await step(30 * dayMs)
    run(3_600_000)
    await step(0)
    const anew = await findCandidate(order.candidates, first.id)
    assert.equal(anew.since, soon.since, 'it was right in between')
    run(3_600_000)
    await step(0)
    await judged()
    const { since } = await findCandidate(order.candidates, first.id)
    assert.equal(since, order.at, 'its step begins now')
    await measured(first.id, 'canary', 1000)
    await step(least)
    assert.equal(await shareOf(order, first.id), 'canary 0.1')
    const steps = await site.candidates.steps(first.id, 9)
    assert.deepEqual(
      steps.map((each) => each.until - order.at),
      [0, least],
      'what ended before has ended before',
    )

    const seen = await findCandidate(order.candidates, other.id)
    await step(40 * dayMs)
    const late = await findCandidate(order.candidates, other.id)
    assert.ok(late.since > seen.since)
    const { since: own } = await takeBackCandidate(order, late, 'x')
    assert.equal(own, order.at, 'who moves it has his own moment')
  }))

test('what it has kept is judged anew, also where it was taken back by a clock that was ahead', () =>
  withTrials(async ({ order, begin, step, run, aside, timesReopened }) => {
    const trial = await begin('domain:a.test', tolerance)
    const canary = await widenCandidate(order, trial, { share: 0.5, people: [] })
    const kept = aside(trial.id)
    await takeBackCandidate({ ...order, at: order.at + 30 * dayMs }, canary, 'x')
    await step(0)
    run(3_600_000)
    await step(0)
    await step(6000)
    assert.equal(timesReopened(kept), 1)
    await step(dayMs)
    assert.equal(timesReopened(kept), 1)
  }))

test('of two processes that have seen the same step, one goes on and the other one does nothing', () =>
  withTrials(async ({ site, order, begin, step, measured }) => {
    const { id } = await begin('domain:a.test', tolerance, { bySteps: true })
    await measured(id, 'shadow', 1000)
    const seen = await site.candidates.open()
    const [sums, counts] = [await site.candidates.sums(id), await site.candidates.stepCounts(id, 'shadow')]
    const old = new Proxy(site.candidates, {
      get: (store, name) =>
        name === 'open'
          ? async () => seen
          : name === 'sums'
            ? async () => sums
            : name === 'stepCounts'
              ? async () => counts
              : Reflect.get(store, name).bind(store),
    })
    await Promise.all([step(least, old), step(least, old)])
    await step(least + 1, old)
    assert.equal(await shareOf(order, id), 'canary 0.01')
    assert.equal((await site.candidates.steps(id, 9)).length, 1)
    await measured(id, 'canary', 1000)
    const [first] = await site.candidates.open()
    assert.ok(first)
    await step(3 * least)
    await assert.rejects(widenCandidate(order, first, { share: 0.5, people: [] }), /not as it was/)
    assert.equal(await shareOf(order, id), 'canary 0.1')
  }))

test('a step that would hold far more goes back by itself, for everybody', () =>
  withTrials(async ({ order, begin, step, measured, judged, stageOf }) => {
    const trial = await begin('domain:a.test', tolerance, { bySteps: true })
    await widenCandidate(order, trial, { share: 1, people: ['anna@a.test'] })
    assert.equal((await judged()).inForce.length, 5)
    await measured(trial.id, 'canary', 60, 10)
    await step(1)
    assert.equal(await stageOf(trial.id), 'taken-back')
    assert.deepEqual(await judged(), { ids: [], inForce: [] })
  }))

test('a domain that belongs to somebody else now has no trial of whom it belonged to', () =>
  withTrials(async ({ site, order, level, begin, step, stageOf }) => {
    await addTenant(order, { id: 'other', parent: 'acme', level: 'customer', name: 'Other' })
    const trial = await begin('domain:a.test', tolerance)
    await site.directory.putDomain({ name: 'a.test', tenant: 'other', nextHop: 'mx:x.test', settings: {} }, 2)
    const said = /domain:a.test belongs to other now/
    await assert.rejects(widenCandidate(order, trial, { share: 0.5, people: [] }), said)
    await assert.rejects(promoteCandidate(order, trial, await level('domain:a.test'), 'x'), said)
    assert.equal(await settingOf(site), undefined)
    await step(1)
    assert.equal(await stageOf(trial.id), 'taken-back')
    assert.match((await findCandidate(site.candidates, trial.id)).why, /belongs to other now/)
  }))

test('what a level above has locked since goes no further', () =>
  withTrials(async ({ site, order, level, begin, step, stageOf, measured }) => {
    const trial = await begin('domain:a.test', tolerance, { bySteps: true })
    await setLevelSetting(order, await level('tenant:acme'), {
      ...{ name: 'tolerance', value: '120', locked: true },
    })
    const said = /tolerance at domain:a.test has been locked by tenant:acme/
    await assert.rejects(widenCandidate(order, trial, { share: 0.5, people: [] }), said)
    await assert.rejects(promoteCandidate(order, trial, await level('domain:a.test'), 'x'), said)
    await measured(trial.id, 'shadow', 1000)
    await step(least)
    assert.equal(await stageOf(trial.id), 'taken-back')
    assert.equal(await settingOf(site), undefined)
  }))

test('without a guard, or with refusals that were not made before, nothing goes by steps', () =>
  withTrials(async ({ begin }) => {
    const steps = { bySteps: true }
    await assert.rejects(begin('domain:a.test', tolerance, { ...steps, guard: 0 }), /cannot be off/)
    const rule = { id: null, text: ruleText('no', [{ do: 'reject' }]) }
    await assert.rejects(begin('domain:a.test', { rule }, steps), /cannot be judged again/)
    await begin('domain:a.test', { rule })
  }))

test('what it has put into quarantine is judged anew when it is taken back, by whomever', () =>
  withTrials(async ({ order, begin, step, aside, timesReopened }) => {
    const trial = await begin('domain:a.test', tolerance)
    const canary = await widenCandidate(order, trial, { share: 0.5, people: [] })
    const [early, other] = [aside(trial.id), aside('c-another')]
    await step(6000)
    assert.equal(timesReopened(early), 0, 'as long as it is in force for some, it stays')
    await takeBackCandidate({ ...order, at: order.at + 7000 }, canary, 'x')
    await step(8000)
    assert.equal(timesReopened(early), 0, 'those who judge have it still')
    await step(13_000)
    assert.equal(timesReopened(early), 1)
    const late = aside(trial.id)
    await step(14_000)
    assert.equal(timesReopened(late), 0, 'not each five seconds')
    await step(80_000)
    assert.deepEqual([timesReopened(early), timesReopened(late), timesReopened(other)], [1, 1, 0])
  }))

test('what a process of before has saved meanwhile ends the trial, and nothing writes over it', () =>
  withTrials(async ({ site, order, level, begin, step, measured, beforeUs }) => {
    const scope = await level('domain:a.test')
    const save = (value: string) =>
      beforeUs(
        'UPDATE domains SET settings = ? WHERE name = ?',
        JSON.stringify({ tolerance: value }),
        'a.test',
      )
    const trial = await begin('domain:a.test', tolerance, { bySteps: true })
    const canary = await widenCandidate(order, trial, { share: 0.5, people: [] })
    save('90')
    const said = /tolerance at domain:a.test has been changed meanwhile/
    await assert.rejects(widenCandidate(order, canary, { share: 0.6, people: [] }), said)
    await assert.rejects(promoteCandidate(order, canary, scope, 'x'), said)
    await measured(trial.id, 'canary', 1000)
    await step(1)
    const { stage, why } = await findCandidate(site.candidates, trial.id)
    assert.equal(stage, 'taken-back')
    assert.match(why, /tolerance at domain:a.test was changed/)
    assert.equal(await settingOf(site), '90')

    const second = await begin('domain:a.test', tolerance)
    save('80')
    await takeBackCandidate(order, second, 'x')
    assert.equal(await settingOf(site), '80', 'by hand too')

    const third = await begin('domain:a.test', tolerance)
    const { version } = await promoteCandidate(order, third, scope, 'x')
    save('70')
    const made = await site.policy.version(version ?? 0)
    assert.ok(made)
    await assert.rejects(undoVersion(order, made, scope), /no longer as it left it/)
    assert.equal(await settingOf(site), '70', 'nor when it was promoted')
  }))

test('a rule that a process of before has paused or deleted is back for nobody', () =>
  withTrials(async ({ site, order, level, begin, step, stageOf, beforeUs }) => {
    const scope = await level('domain:a.test')
    const text = { text: ruleText('old'), enabled: true, locked: false, owner: '' }
    for (const sql of ["UPDATE rules SET paused = '{}' WHERE id = ?", 'DELETE FROM rules WHERE id = ?']) {
      const old = await addRule(order, scope, text, site.checkRule)
      const trial = await begin('domain:a.test', { rule: { id: old.id, text: ruleText('new') } })
      beforeUs(sql, old.id)
      await assert.rejects(promoteCandidate(order, trial, scope, 'x'), /has been changed meanwhile/)
      await step(1)
      assert.equal(await stageOf(trial.id), 'taken-back')
      assert.notEqual((await site.policy.rule(old.id))?.name, 'new')
    }
  }))
