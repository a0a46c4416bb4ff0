import { askSite } from '../harness/ask-site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import {
  ask,
  change,
  countTold,
  customers,
  endToldDirectly,
  openAlarms,
  operator,
  type Rig,
  secondsSince,
  toldDirectly,
  toldTo,
} from './d21-rig.ts'
import type { DrillReport } from './drill.ts'
import type { Witness } from './witness.ts'

interface Flow {
  readonly state: string
  readonly since: string | null
  readonly why: string
}

const flowOf = (rig: Rig, domain: string) => ask<Flow>(rig, `/domains/${domain}/flow`)
const hidden = ['domain_flow', 'statistics_position'] as const

/** Nobody can read the figures of mail flow: no customer hears of that, operators do, and a real fault is still told. */
export async function unreadableFigures(report: DrillReport, rig: Rig, witness: Witness): Promise<void> {
  await waitUntil('flow is good', async () => (await flowOf(rig, 'shop.test')).state === 'good', 120_000)
  const since = Date.now()
  for (const table of hidden) change(rig, `ALTER TABLE ${table} RENAME TO ${table}_away`)
  const { state, since: from, why } = await flowOf(rig, 'shop.test')
  report.hold(
    'figures that cannot be read: what the view says',
    'unknown since a moment',
    `${state} since ${from}: ${why}`,
    state === 'unknown' && from !== null && Date.parse(from) <= Date.now(),
  )
  for (const watcher of ['statistics', 'mail-flow'])
    await witness.sees({
      ...{ what: `figures that cannot be read, ${watcher}`, since, alarm: 'watcher-silent' },
      ...{ about: new RegExp(`^${watcher}:`), withinMs: 180_000, component: null },
      names: new RegExp(`nothing has been heard of the watcher ${watcher} .* unknown`),
    })
  await waitUntil(
    'the operator hears of it',
    () => countTold(rig, operator, { news: 'alarm', what: /watcher-silent, mail-flow/ }) > 0,
    120_000,
  )
  const told = customers.flatMap((each) => toldTo(rig, each))
  report.hold('figures that cannot be read: mails to customers', '0', told.length, told.length === 0)
  await faultMeanwhile(report, rig)
  for (const table of hidden) change(rig, `ALTER TABLE ${table}_away RENAME TO ${table}`)
  await waitUntil(
    'flow is known again, and the alarms are over',
    async () =>
      (await flowOf(rig, 'shop.test')).state !== 'unknown' &&
      !(await openAlarms(rig)).some(({ subject }) => subject === 'mail-flow'),
    120_000,
    250,
  )
}

/** A next hop goes down while its figures cannot be read. */
async function faultMeanwhile(report: DrillReport, rig: Rig): Promise<void> {
  const since = Date.now()
  await rig.shop.down()
  await waitUntil(
    'the operator hears of the next hop',
    () => countTold(rig, operator, { news: 'alarm', what: /next-hop-down/ }) > 0,
    120_000,
  )
  const seconds = secondsSince(since)
  report.sight(
    'alarm',
    'a real fault meanwhile: the operator is told',
    '<= 5 min; 60 s here',
    `${seconds} s`,
    seconds <= 60,
    'timed',
    seconds * 1000,
  )
  await rig.shop.listen()
}

/** What the broken meter says: all mail of a domain fails. */
const lie = `UPDATE domain_flow SET recent = (SELECT json_group_array(json_set(value, '$.ok', json('false'), '$.failures', 1))
  FROM json_each(recent)) WHERE domain = 'other.test'`

/**
 * The figures themselves are wrong, and an alarm goes out: it is corrected to those who had it, and nobody else.
 * @returns looks, much later, who has had a correction by then
 */
export async function wrongAlarm(report: DrillReport, rig: Rig): Promise<() => void> {
  await waitUntil(
    'flow is good',
    async () => (await flowOf(rig, 'other.test')).state === 'good',
    120_000,
    250,
  )
  change(
    rig,
    `CREATE TRIGGER broken_meter AFTER INSERT ON domain_flow WHEN new.domain = 'other.test' BEGIN ${lie}; END; ${lie}`,
  )
  const heard = () =>
    [operator, ...customers].filter(
      (each) => countTold(rig, each, { news: 'alarm', what: /mail-flow, other\.test/ }) > 0,
    )
  await waitUntil('the wrong alarm goes out', () => heard().length >= 2, 120_000)
  const had = heard()
  const answer = await askSite(rig.rest.consolePort, '/api/v1/alarms/withdraw', {
    cookie: rig.cookie,
    body: { name: 'mail-flow', subject: 'other.test', why: 'the meter was broken' },
  })
  if (answer.code !== 200) throw new Error(`the alarm could not be withdrawn: ${answer.body}`)
  // Somebody who has heard nothing is told of no correction.
  await rig.front.must('alarm', 'tell', 'late@desk.test', '--of', 'tenant:other')
  change(rig, `DROP TRIGGER broken_meter; DELETE FROM domain_flow WHERE domain = 'other.test'`)
  const corrected = () =>
    [operator, ...customers, 'late@desk.test'].filter(
      (each) => countTold(rig, each, { news: 'wrong', what: /mail-flow, other\.test/ }) > 0,
    )
  await waitUntil('it is corrected', () => corrected().length >= had.length, 120_000)
  return () =>
    report.sight(
      'alarm',
      'a wrong alarm is corrected to exactly the same recipients',
      had.join(' '),
      corrected().join(' '),
      had.join(' ') === corrected().join(' '),
    )
}

/** Whoever tells people can tell nobody, by any way through the store: operators hear of that past it, once. */
export async function deafTeller(report: DrillReport, rig: Rig): Promise<void> {
  const since = Date.now()
  change(rig, 'ALTER TABLE alarm_receivers RENAME TO alarm_receivers_away')
  await toldDirectly(report, rig, { what: 'nobody can be told', since })
  change(rig, 'ALTER TABLE alarm_receivers_away RENAME TO alarm_receivers')
  await endToldDirectly(report, rig, { what: 'nobody can be told', since })
}
