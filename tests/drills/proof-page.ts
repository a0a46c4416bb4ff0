import { catalogue } from './catalogue.ts'
import type { KeptDrill } from './kept-report.ts'
import type { KillFigures } from './kill.ts'
import { seenRow } from './must-be-seen.ts'
import { seenCells, seenHead, seenReasons, seenSums } from './seen-table.ts'

/** A table of figures with its title, as benchmarks keep theirs. */
export interface FigureTable {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Drills of the plan: D01 to D34. */
const planned = Array.from({ length: 34 }, (_, n) => `D${String(n + 1).padStart(2, '0')}`)

/** The page that is published with a release: what kills have cost, how long mail takes, and what was seen of each fault. */
export function proofPage(drills: readonly KeptDrill[], chain: FigureTable | undefined): string {
  const rows = drills.map(seenRow)
  const missing = planned.filter((id) => !catalogue.some((each) => each.id === id))
  const notRun = catalogue.filter(({ id }) => !drills.some((each) => each.id === id))
  return `# What was measured

Written by \`npm run proof\`, which kills the server two hundred times, measures the whole way of a message, and puts beside it
the last run of each [drill](../operate/drills.md) on this machine${machineOf(drills)}. The figures are of ${daysOf(drills)}.

## Kills

${killsOf(drills)}

## The whole way of a message

${chain ? `\`npm run bench latency\`: ${chain.title}.\n\n${tableOf(chain)}` : 'Not measured: `npm run bench latency`.'}

## What was seen of each fault

Times are of sites whose periods are a second where those of the field are a minute: the bound of each stands in the report.
Read a row as: how the drill ended (one that broke off has not seen the rest), how long after the fault the first alarm came
at the latest, whether it named the cause, what the public page did, whether the list of mail was exact (precision and recall
1.0, of so many deliveries), whether nothing else rang, and who hears of such alarms. *Missed* is a fault; *not measured*
means that nobody knows, and counts neither way; \`-\` does not apply, and why stands below.

${tableOf({ title: '', head: seenHead, rows: [...rows.map(seenCells), seenSums(rows)] })}

What does not apply:

${seenReasons(rows)
  .map((each) => `- ${each}.`)
  .join('\n')}

What is left out:

- Not built yet: ${missing.join(', ') || 'none'}.
- Built, and not run here: ${notRun.map(({ id }) => id).join(', ') || 'none'}.
`
}

/**
 * Why this is no release yet: drills that have not passed, that were not run, or that were run on other sources.
 * @param commit that of the sources; null: they are in no repository, and nobody can tell
 */
export function whatIsRed(drills: readonly KeptDrill[], commit: string | null): string[] {
  return catalogue.flatMap(({ id }) => {
    const run = drills.find((each) => each.id === id)
    if (!run) return [`${id} was not run`]
    if (run.outcome !== 'passed') return [`${id} ${run.outcome}: ${run.why}`]
    return run.commit === commit
      ? []
      : [`${id} was run at ${run.commit ?? 'an unknown commit'}, this is ${commit}`]
  })
}

function killsOf(drills: readonly KeptDrill[]): string {
  const run = drills.find(({ id }) => id === 'KILL')
  const figures = run?.notes.figures as KillFigures | undefined
  if (!figures) return 'Not measured: `npm run drill KILL -- --long`.'
  const { kills, acknowledged, lost, doubled, firstMailMs } = figures
  return `\`npm run drill KILL${run?.long ? ' -- --long' : ''}\`: \`kill -9\` at random moments under load, and a start after each.

${tableOf({
  title: '',
  head: [
    'kills',
    'acknowledged',
    'of these lost',
    'came twice',
    'first mail after a start, middle',
    'longest',
  ],
  rows: [
    [kills, acknowledged, lost, doubled, `${firstMailMs.middle} ms`, `${firstMailMs.most} ms`].map(String),
  ],
})}`
}

function tableOf({ head, rows }: FigureTable): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function daysOf(drills: readonly KeptDrill[]): string {
  const days = drills.map((each) => each.startedAt.slice(0, 10)).sort()
  const [first, last] = [days[0], days.at(-1)]
  return first === undefined ? 'no day yet' : first === last ? first : `${first} to ${last}`
}

function machineOf(drills: readonly KeptDrill[]): string {
  const machine = drills.at(-1)?.machine
  return machine
    ? ` (${machine.cores} cores, ${Math.round(machine.memory / 2 ** 30)} GiB, Node ${machine.node})`
    : ''
}
