import type { Table } from './table.ts'
import { type HiddenLimits, runWarmUp, type Schedule } from './warm-up-model.ts'

/** Five receivers: generous and narrow, quick and slow to trust. */
const receivers: readonly HiddenLimits[] = [
  { name: 'large.example', demand: 3000, start: 100, growth: 0.5 },
  { name: 'careful.example', demand: 2400, start: 60, growth: 0.25 },
  { name: 'even.example', demand: 1800, start: 80, growth: 0.35 },
  { name: 'narrow.example', demand: 900, start: 30, growth: 0.3 },
  { name: 'small.example', demand: 450, start: 50, growth: 0.4 },
]
const plan = { start: 50, growth: 0.3, full: 20_000 }
const schedules: Readonly<Record<string, Schedule>> = {
  'plan of the product': { kind: 'plan', plan },
  'its share at once': { kind: 'at-once' },
  'doubled each day': { kind: 'doubling', start: 50 },
}
const days = 30
const seeds = [1, 2, 3]
/** Share of the new address's tries that may be put off. */
const mostPutOff = 0.02

/** A new address warms up for thirty days at five receivers with limits that nobody tells; seeded, with a clock of its own. */
export async function warmUp(): Promise<Table> {
  const faults: string[] = []
  const rows = Object.entries(schedules).map(([name, schedule]) => {
    const runs = seeds.map((seed) => runWarmUp({ schedule, receivers, days, seed }))
    const shares = runs.map((each) => each.putOff / each.tries)
    const worst = Math.max(...shares)
    const sum = (of: 'tries' | 'putOff' | 'lastDay' | 'fairShare') =>
      Math.round(runs.reduce((all, each) => all + each[of], 0) / runs.length)
    if (schedule.kind === 'plan' && worst > mostPutOff)
      faults.push(`${(worst * 100).toFixed(2)} % of the tries by the plan were put off`)
    const delay = runs.reduce((all, each) => all + each.delayMinutes, 0) / runs.length
    return [
      name,
      String(sum('tries')),
      `${((sum('putOff') / sum('tries')) * 100).toFixed(2)} %`,
      `${(worst * 100).toFixed(2)} %`,
      String(sum('lastDay')),
      String(sum('fairShare')),
      delay.toFixed(2),
    ]
  })
  return {
    title: `a new address beside two warm ones, ${days} days, ${receivers.length} receivers, seeds ${seeds.join(', ')}`,
    head: [
      'schedule',
      'tries',
      'put off',
      'worst seed',
      'delivered on the last day',
      'its fair share',
      'delay (min)',
    ],
    rows,
    faults,
  }
}
