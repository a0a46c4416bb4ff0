import type { FinishedDrill, Line } from './drill.ts'

/** What has to be seen of every fault: the alarm in time, its cause by name, the status page, and exactly whom it hit. */
export const sights = ['alarm', 'cause', 'status', 'list'] as const
export type Sight = (typeof sights)[number]

/** Which lines of a drill measure a sight, by how they begin or what they hold; a sight that is not here is not measured. */
type Seen = Readonly<Partial<Record<Sight, RegExp>>>

const list = /^I9 /

const seenIn: Readonly<Record<string, Seen>> = {
  D02: { alarm: /handshake alarm|alarm with the reason/, cause: /alarm with the reason|label in the queue/ },
  D04: { alarm: /^alarm of 5xx/, cause: /^alarm of 5xx with version/ },
  D05: { alarm: /: alarm$/ },
  D06: { alarm: /^alarm (for each|that no)/, cause: /^alarm (for each|that no)/ },
  D07: { alarm: /^alarm that names the slow set/, cause: /names the (slow )?set/ },
  D08: { alarm: /^time until it was told/, cause: /^alarm that names the set/ },
  D09: { alarm: /^the rule is paused/, cause: /^alarm with tenant and rule/ },
  D13: { alarm: /^time until it is told/ },
  D15: {
    alarm: /^alarm of temporary errors/,
    cause: /^alarm of temporary errors/,
    list: /^list of mail that heard/,
  },
  D16: { alarm: /^alarm that it lists/, cause: /^alarm that it lists/, list: /^list of mail caught/ },
  D17: { alarm: /^(low-rate )?alarm$/, cause: /^(low-rate )?alarm$/ },
  D19: { alarm: /^alarm for the whole receiver/, cause: /^alarm for the whole receiver|upstream/ },
  D20: {
    alarm: /^alarm (of the loop|that the route)/,
    cause: /^alarm (of the loop|that the route)/,
    list: /^list of looped/,
  },
  D22: { alarm: /^401: incidents/, cause: /^401: incidents/, list: /^401: affected tenants/ },
  D24: { alarm: /: alarm$/, cause: /: alarm$/ },
  D26: { alarm: /^it lasts longer than planned: alarm/ },
  D30: { alarm: /^alarm that names the slow target/, cause: /^alarm that names the slow target/ },
  D31: { alarm: /^more comes than leaves/, cause: /^the process that hangs is named/ },
  D34: { list: /^(precision|recall)$/ },
}

export interface SightResult {
  /** Not measured is no comfort: nobody knows. */
  readonly state: 'held' | 'missed' | 'not measured'
  readonly measured: readonly string[]
}

export interface SeenRow {
  readonly id: string
  readonly name: string
  readonly sights: Readonly<Record<Sight, SightResult>>
}

/** What was seen of a fault, by the lines of its drill. */
export function seenRow({ id, name, lines }: Pick<FinishedDrill, 'id' | 'name' | 'lines'>): SeenRow {
  const patterns: Seen = { list, ...seenIn[id] }
  const found = (sight: Sight): SightResult => {
    const pattern = patterns[sight]
    const own = pattern
      ? lines.filter(({ what }) => pattern.test(what) || (sight === 'list' && list.test(what)))
      : []
    return { state: stateOf(own), measured: own.map((each) => `${each.what}: ${each.measured}`) }
  }
  return {
    id,
    name,
    sights: { alarm: found('alarm'), cause: found('cause'), status: found('status'), list: found('list') },
  }
}

function stateOf(lines: readonly Line[]): SightResult['state'] {
  if (lines.length === 0) return 'not measured'
  return lines.every((each) => each.held) ? 'held' : 'missed'
}

const heads: Readonly<Record<Sight, string>> = {
  alarm: 'alarm in time',
  cause: 'named cause',
  status: 'status page',
  list: 'exact list',
}

/** The table of all drills, for a terminal. */
export function describeSeen(rows: readonly SeenRow[]): string {
  const head = ['', 'must be seen', ...sights.map((each) => heads[each])]
  const cells = rows.map((row) => [row.id, row.name, ...sights.map((each) => row.sights[each].state)])
  const widths = head.map((title, n) =>
    Math.max(title.length, ...cells.map((each) => (each[n] ?? '').length)),
  )
  const line = (each: readonly string[]) =>
    each
      .map((cell, n) => cell.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd()
  const count = (sight: Sight) => rows.filter((each) => each.sights[sight].state === 'held').length
  const sums = sights.map((each) => `${count(each)} of ${rows.length} held`)
  return [line(head), ...cells.map(line), line(['', '', ...sums])].join('\n')
}
