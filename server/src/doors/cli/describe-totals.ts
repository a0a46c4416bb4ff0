import type { HistoryTotals, Mean } from '#services/history/build-totals.ts'
import type { ToldMonth } from '#services/status/status-state.ts'
import { clip } from './clip.ts'
import { table } from './table.ts'

/** Sums of the past, as text for people. */
export function describeTotals(totals: HistoryTotals): string {
  const { incidents, entries, repeated, dated, sums, components, causes, stated } = totals
  const sumRows = sums.map((each) => [
    each.kind,
    ...numbersOf(each),
    each.kind === 'outage' ? span(each.weightedMinutes) : '-',
    each.means,
  ])
  const named = [
    ...components.map((each) => ['component', each] as const),
    ...causes.map((each) => ['cause', each] as const),
  ]
  const besides = stated.map(
    ({ file, stated: said, listed, listedMinutes, downtimeMinutes, reasons }) =>
      `${file} says ${said.incidents} outages, ${said.downtime} of downtime. It lists ${listed}, ${span(listedMinutes)}; of these ${span(downtimeMinutes)} are downtime by the definition above.\n${reasons.map((each) => `  - ${each}`).join('\n')}`,
  )
  return [
    `${counted(incidents, 'incident', 'incidents')} from ${counted(entries, 'entry', 'entries')} (${repeated} told more than once); the day of ${dated} is known.`,
    table(['summed as', 'incidents', 'length known', 'sum', 'weighted', 'which means'], sumRows),
    totals.weights,
    `From beginning to first post: ${describeMean(totals.timeToNotice)}`,
    `From end to first post, where it was told afterwards: ${describeMean(totals.noticeAfterEnd)}`,
    `From beginning to end, own faults: ${describeMean(totals.timeToResolve)}`,
    table(
      ['by', 'name', 'incidents', 'length known', 'sum'],
      named.map(([by, each]) => [by, each.name, ...numbersOf(each)]),
    ),
    ...besides,
  ].join('\n\n')
}

/** Months as they were published, with what was corrected since. */
export function describeMonths(months: readonly ToldMonth[]): string {
  if (months.length === 0) return 'No month has been published yet.'
  const rows = months.flatMap(({ month, published, corrected, corrections }) => [
    monthRow(month, published),
    ...(corrected ? [monthRow('  corrected', corrected)] : []),
    ...corrections.map((each) => [
      `  ${new Date(each.at).toISOString().slice(0, 10)}`,
      clip(`${each.what}. Why: ${each.why}`, 80),
      ...['', '', ''],
    ]),
  ])
  return table(['month', 'outages, weighted', 'degraded', 'notices', 'others, first post after'], rows)
}

function monthRow(name: string, { sums, medianMinutesToNotice }: ToldMonth['published']): string[] {
  const of = (kind: string) => sums.find((each) => each.kind === kind)
  const count = (kind: string) => of(kind)?.incidents ?? 0
  return [
    name,
    `${count('outage')}, ${of('outage')?.weightedMinutes ?? 0} min`,
    ...['degraded', 'notice'].map((kind) => String(count(kind))),
    `${count('third-party')}, ${medianMinutesToNotice === null ? '-' : `${medianMinutesToNotice} min`}`,
  ]
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

function numbersOf(sum: { incidents: number; known: number; minutes: number }): string[] {
  return [String(sum.incidents), String(sum.known), sum.known === 0 ? '-' : span(sum.minutes)]
}

function describeMean({ of, known, meanMinutes, medianMinutes }: Mean): string {
  if (meanMinutes === null || medianMinutes === null) return `not known of any of ${of}`
  return `mean ${span(meanMinutes)}, median ${span(medianMinutes)}, known of ${known} of ${of}`
}

function span(minutes: number): string {
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)]
  return [days > 0 && `${days} d`, hours > 0 && `${hours} h`, `${minutes % 60} min`].filter(Boolean).join(' ')
}
