import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WaitedInVain } from '../harness/wait-until.ts'
import type { Drill, DrillReport } from './drill.ts'
import { describeRounds, type Round, type Rounds, runInRounds } from './rounds.ts'
import { runDrill } from './run-drill.ts'

/** Runs a made-up drill whose rounds do one after the other what is given; the last one again and again. */
function roundsOf(...rounds: ((report: DrillReport) => void)[]): Promise<Rounds & { ran: number }> {
  return inRound('both', ...rounds)
}

async function inRound(
  round: Round,
  ...rounds: ((report: DrillReport) => void)[]
): Promise<Rounds & { ran: number }> {
  let ran = 0
  const drill: Drill = {
    id: 'D00',
    name: 'made up',
    incidents: [],
    run: async (report) => (rounds[ran++] ?? rounds.at(-1))?.(report),
  }
  const run = () => runDrill(drill, { long: false, incident: null }, () => undefined)
  const done = await runInRounds(run, round)
  return { ...done, ran }
}

const slow = (report: DrillReport) => {
  report.hold('all arrived', '5', 5, true)
  report.hold('mail p99', '<= 2 s', '3 s', false, 'timed')
}
const quick = (report: DrillReport) => report.hold('mail p99', '<= 2 s', '1 s', true, 'timed')
const lost = (report: DrillReport) => report.hold('all arrived', '5', 4, false)

test('a drill that holds is run once', async () => {
  const { ran, finished, first } = await roundsOf(quick)
  assert.deepEqual([ran, finished.outcome, first], [1, 'passed', null])
})

test('one that missed nothing but a time is run once more, and the figures of both are told', async () => {
  const done = await roundsOf(slow, quick)
  assert.deepEqual([done.ran, done.finished.outcome], [2, 'passed'])
  assert.deepEqual(describeRounds(done), [
    'first round: MISSED mail p99: 3 s (<= 2 s)',
    'second round: held mail p99: 1 s (<= 2 s)',
  ])
})

test('the second round may be left to the end of all tests, and is the last', async () => {
  const first = await inRound('first', slow, quick)
  assert.deepEqual([first.ran, first.finished.outcome, first.isOpen], [1, 'failed', true])
  assert.deepEqual(describeRounds(first), ['first round: MISSED mail p99: 3 s (<= 2 s)'])
  const second = await inRound('second', quick)
  assert.deepEqual([second.finished.outcome, second.isOpen], ['passed', false])
  assert.deepEqual(describeRounds(second), ['second round: held mail p99: 1 s (<= 2 s)'])
  const missed = await inRound('second', slow, quick)
  assert.deepEqual([missed.ran, missed.finished.outcome, missed.isOpen], [1, 'failed', false])
  assert.equal((await inRound('first', lost)).isOpen, false, 'what became of mail stands at once')
})

test('one that misses a time twice has failed', async () => {
  const { ran, finished } = await roundsOf(slow, slow)
  assert.deepEqual([ran, finished.outcome], [2, 'failed'])
})

test('what the site told is looked at once more, and what the first round missed is said', async () => {
  const alsoRang = (report: DrillReport) => report.see('false alarms', 'none', 'first-try-late', false)
  const calm = (report: DrillReport) => report.see('false alarms', 'none', 'none', true)
  const done = await roundsOf(alsoRang, calm)
  assert.deepEqual([done.ran, done.finished.outcome], [2, 'passed'])
  assert.deepEqual(describeRounds(done), ['first round: MISSED false alarms: first-try-late (none)'])
  assert.equal((await roundsOf(alsoRang, alsoRang)).finished.outcome, 'failed')
})

test('what became of mail, who was hit and the invariants are never tried again', async () => {
  const broken = (report: DrillReport) => report.invariant('I1', 'lost', 1, false)
  const unlisted = (report: DrillReport) => report.sight('list', 'who was hit', '5', 4, false)
  for (const fault of [lost, broken, unlisted]) {
    const { ran, finished } = await roundsOf((report) => {
      slow(report)
      fault(report)
    }, quick)
    assert.deepEqual([ran, finished.outcome], [1, 'failed'])
  }
  const { finished } = await roundsOf(slow, lost)
  assert.equal(finished.outcome, 'failed', 'nor is it forgiven in the second round')
})

test('one that ends by an error is not run again', async () => {
  const { ran, finished } = await roundsOf((report) => {
    slow(report)
    throw new Error('no such file')
  }, quick)
  assert.deepEqual([ran, finished.outcome], [1, 'failed'])
})

test('one that waited in vain is run once more, and told', async () => {
  const inVain = (report: DrillReport) => {
    quick(report)
    throw new WaitedInVain('it is back', 1000)
  }
  const { ran, ...rounds } = await roundsOf(inVain, quick)
  assert.deepEqual([ran, rounds.finished.outcome], [2, 'passed'])
  assert.match(describeRounds(rounds).join('\n'), /first round: .*waited 1000 ms in vain: it is back/)
  assert.equal((await roundsOf(inVain, inVain)).finished.outcome, 'failed')
  const alsoLost = await roundsOf((report) => {
    lost(report)
    inVain(report)
  }, quick)
  assert.deepEqual([alsoLost.ran, alsoLost.finished.outcome], [1, 'failed'])
})
