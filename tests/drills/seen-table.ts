import { kindOf } from '../../server/src/ground/platform/alarm-kinds.ts'
import { type Sight, sights } from './drill.ts'
import type { SeenRow, SightResult } from './must-be-seen.ts'

const titles: Readonly<Record<Sight, string>> = {
  alarm: 'alarm after',
  cause: 'cause named',
  status: 'status page',
  list: 'exact list',
}

/** What stands above the cells of a row. */
export const seenHead: readonly string[] = [
  ...['drill', 'fault', 'outcome', ...sights.map((each) => titles[each])],
  ...['nothing else rang', 'told to', 'form', 'commit'],
]

/** A row of the table: for each sight what was measured in a word, or that it was missed, or that nobody knows. */
export function seenCells(row: SeenRow): string[] {
  const cells = sights.map((each) => cellOf(row.sights[each], shortOf[each]))
  const form = row.long ? 'long' : 'short'
  const beside = [cellOf(row.quiet, () => 'yes'), toldTo(row), form, row.commit ?? 'unknown']
  return [row.id, row.name, row.outcome, ...cells, ...beside]
}

/** How many hold, of those that were measured, and how many were not; what does not apply counts in neither. */
export function seenSums(rows: readonly SeenRow[]): string[] {
  const columns = sights.map((sight) => sumOf(rows.map((each) => each.sights[sight])))
  const passed = rows.filter((each) => each.outcome === 'passed').length
  return [
    '',
    '',
    `${passed} of ${rows.length} passed`,
    ...columns,
    sumOf(rows.map((each) => each.quiet)),
    '',
    '',
    '',
  ]
}

function sumOf(results: readonly SightResult[]): string {
  const count = (state: SightResult['state']) => results.filter((each) => each.state === state).length
  const measured = count('held') + count('missed')
  const unknown = count('not measured')
  const words = [
    ...(measured > 0 ? [`${count('held')} of ${measured} held`] : []),
    ...(unknown > 0 ? [`${unknown} not measured`] : []),
  ]
  return words.join(', ') || '-'
}

/** What does not apply, with its reason. */
export function seenReasons(rows: readonly SeenRow[]): string[] {
  return rows.flatMap((row) =>
    sights.flatMap((each) => {
      const { why } = row.sights[each]
      return why === undefined ? [] : [`${row.id} ${titles[each]}: not applicable, ${why}`]
    }),
  )
}

/** The table of drills, for a terminal. */
export function describeSeen(rows: readonly SeenRow[]): string {
  const all = [seenHead, ...rows.map(seenCells), seenSums(rows)]
  const widths = seenHead.map((_title, n) => Math.max(...all.map((each) => (each[n] ?? '').length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd()
  return [...all.map(line), ...seenReasons(rows)].join('\n')
}

function cellOf(result: SightResult, short: (result: SightResult) => string): string {
  const { state } = result
  return state === 'held' ? short(result) : state === 'not applicable' ? '-' : state
}

const shortOf: Readonly<Record<Sight, (result: SightResult) => string>> = {
  alarm: ({ afterMs, measured }) =>
    (afterMs === undefined ? longest(measured) : `${(afterMs / 1000).toFixed(1)} s`) ?? 'in time',
  cause: ({ measured }) => (measured.length === 1 ? 'yes' : `yes, ${measured.length} times`),
  status({ measured }) {
    const turned = measured.flatMap((each) => /(\S+ s (?:before|after) the alarm)/.exec(each)?.[1] ?? [])
    if (turned.length > 0) return `turns ${turned.join(', ')}`
    return measured.some((each) => /upstream: after/.test(each)) ? 'told as upstream' : 'as it is'
  },
  list({ measured }) {
    const counts = measured.flatMap((each) => /: (\d+) of \1$/.exec(each)?.[1] ?? [])
    return counts.length === 0 ? 'yes' : `yes, of ${Math.max(...counts.map(Number))}`
  },
}

/** The longest time that stands in lines which say it in words alone; null: none does. */
function longest(measured: readonly string[]): string | null {
  const times = measured.flatMap((each) => {
    const found = /(\d+(?:\.\d+)?) (ms|s)\b/.exec(each.slice(each.lastIndexOf(': after') + 1))
    return found ? [Number(found[1]) / (found[2] === 'ms' ? 1000 : 1)] : []
  })
  return times.length === 0 ? null : `${Math.max(...times).toFixed(1)} s`
}

/** Who hears of alarms of these kinds: the operator of all, customers of what is about a domain of theirs. */
function toldTo({ rang, sights: { alarm } }: SeenRow): string {
  if (rang.length === 0) return alarm.state === 'not applicable' ? '-' : 'not measured'
  return rang.some((each) => kindOf(each).isOfDomain === true) ? 'operator, customers hit' : 'operator'
}
