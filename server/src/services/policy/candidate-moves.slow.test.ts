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
import { collectEdits } from './collect-edits.ts'
import { findCandidate, promoteCandidate, widenCandidate } from './end-candidate.ts'
import type { GivenProposal } from './read-proposal.ts'
import { readScope } from './scope.ts'
import { setLevelSetting } from './set-level-setting.ts'
import { startCandidate } from './start-candidate.ts'
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

async function openTrials({ site, order: by }: ReturnType<typeof openTestSite>) {
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
  const begin = async (text: string, proposal: GivenProposal, promoteAfterMs: number | null = null) => {
    const scope = await level(text)
    const edits = await collectEdits(order, scope, proposal, site.checkRule)
    return startCandidate(order, scope, edits, { guard: 3, promoteAfterMs })
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
  const step = () =>
    advanceCandidates({
      ...{ candidates: site.candidates, readCandidates: site.candidates, log: createSilentLog() },
      ...{ policy: site.policy, directory: site.directory, publish: async () => undefined, now: () => by.at },
      alarms: { open: () => [], raise: () => undefined, clear: () => undefined } as never,
    })
  return { site, order, level, begin, judged, stageOf, step }
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
      /no longer in the stage/,
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
    await assert.rejects(begin('domain:a.test', { rule }, 3_600_000), /nothing of "copy"/)
    await begin('domain:a.test', { rule })
  }))

test('a torn row is ended by the clock, and holds up no other', () =>
  withTrials(async ({ site, begin, stageOf, step }) => {
    const [torn, other] = [await begin('anna@a.test', tolerance), await begin('ben@a.test', tolerance)]
    const database = new DatabaseSync(join(site.folder, databaseName))
    database.prepare('UPDATE policy_candidates SET edits = ? WHERE id = ?').run('[{"what":', torn.id)
    database.close()
    await step()
    assert.equal(await stageOf(torn.id), 'taken-back')
    assert.equal(await stageOf(other.id), 'shadow')
  }))
