import type { FinishedDrill, Line, Sight } from './drill.ts'
import { falseAlarms } from './false-alarms.ts'

/** Which lines of a drill measure a sight, by how they begin or what they hold; a sight that is not here is not measured. */
type Seen = Readonly<Partial<Record<Sight, RegExp>>>

const list = /^I9 /

const seenIn: Readonly<Record<string, Seen>> = {
  D01: { alarm: /: readiness fails$/, cause: /names node and step$/ },
  D02: { alarm: /handshake alarm|alarm with the reason/, cause: /alarm with the reason|label in the queue/ },
  D06: { alarm: /^alarm (for each|that no)/, cause: /^alarm (for each|that no)/ },
  D07: { cause: /names the set/ },
  D08: { cause: /^alarm that names the set/ },
  D09: { alarm: /^the rule is paused/, cause: /^alarm with tenant and rule/ },
  D11: { alarm: /^it is told before/, cause: /^source, tenant/ },
  D16: { alarm: /^alarm that it lists/, cause: /^alarm that it lists/ },
  D17: { alarm: /^(low-rate )?alarm$/, cause: /^(low-rate )?alarm$/ },
  D20: {
    alarm: /^alarm (of the loop|that the route)/,
    cause: /^alarm (of the loop|that the route)/,
  },
  D22: { alarm: /^401: incidents/, cause: /^401: incidents/ },
  D24: { alarm: /: alarm$/, cause: /: alarm$/ },
  D30: { alarm: /^alarm that names the slow target/, cause: /^alarm that names the slow target/ },
  D31: { alarm: /^more comes than leaves/ },
  D34: { list: /^(precision|recall)$/ },
}

export interface SightResult {
  /** Not measured is no comfort: nobody knows. Not applicable has a reason. */
  readonly state: 'held' | 'missed' | 'not measured' | 'not applicable'
  readonly measured: readonly string[]
  /** The longest time after a fault until it was told (ms); absent: no line says it. */
  readonly afterMs?: number
  /** Of what does not apply. */
  readonly why?: string
}

export interface SeenRow {
  readonly id: string
  readonly name: string
  /** How its run ended: one that broke off half way has not seen the rest. */
  readonly outcome: string
  readonly sights: Readonly<Record<Sight, SightResult>>
  /** Whether nothing else rang than what is about the fault. */
  readonly quiet: SightResult
  /** Kinds of alarms that its faults have raised. */
  readonly rang: readonly string[]
  readonly long: boolean
  readonly commit: string | null
}

type SeenRun = Pick<
  FinishedDrill,
  'id' | 'name' | 'outcome' | 'broke' | 'lines' | 'notSeen' | 'rang' | 'long' | 'commit'
>

/** What was seen of a fault, by the lines of its drill. */
export function seenRow({ id, name, outcome, broke, lines, notSeen, ...run }: SeenRun): SeenRow {
  const patterns: Seen = { list, ...seenIn[id] }
  const found = (sight: Sight): SightResult => {
    const pattern = patterns[sight]
    const own = lines.filter(
      (line) =>
        line.sight === sight || pattern?.test(line.what) || (sight === 'list' && list.test(line.what)),
    )
    const why = notSeen[sight]
    if (own.length === 0 && why !== undefined) return { state: 'not applicable', measured: [], why }
    return resultOf(own)
  }
  return {
    outcome: broke === null ? outcome : 'broke off',
    ...{ rang: run.rang, long: run.long, commit: run.commit },
    ...{ id, name, quiet: resultOf(lines.filter((each) => each.what === falseAlarms)) },
    sights: { alarm: found('alarm'), cause: found('cause'), status: found('status'), list: found('list') },
  }
}

function resultOf(lines: readonly Line[]): SightResult {
  const after = lines.flatMap(({ afterMs }) => (afterMs === undefined ? [] : [afterMs]))
  return {
    state: stateOf(lines),
    measured: lines.map((each) => `${each.what}: ${each.measured}`),
    ...(after.length > 0 && { afterMs: Math.max(...after) }),
  }
}

function stateOf(lines: readonly Line[]): SightResult['state'] {
  if (lines.length === 0) return 'not measured'
  return lines.every((each) => each.held) ? 'held' : 'missed'
}
