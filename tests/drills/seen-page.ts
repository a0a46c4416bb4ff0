import { catalogue } from './catalogue.ts'
import type { FinishedDrill } from './drill.ts'
import { seenRow } from './must-be-seen.ts'
import { seenCells, seenHead, seenReasons, seenSums } from './seen-table.ts'

/** Drills of the plan: D01 to D34. */
const planned = Array.from({ length: 34 }, (_, n) => `D${String(n + 1).padStart(2, '0')}`)

/** The page with what was seen of each fault, from the runs that are kept. */
export function seenPage(drills: readonly FinishedDrill[]): string {
  const rows = drills.map(seenRow)
  const days = drills.map((each) => each.startedAt.slice(0, 10)).sort()
  const span = days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`
  const line = (cells: readonly string[]) =>
    `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`
  const missing = planned.filter((id) => !catalogue.some((each) => each.id === id))
  const notRun = catalogue.filter(({ id }) => !drills.some((each) => each.id === id))
  return `# What is seen of each fault

Made by \`npm run drill -- --page\` from \`reports/drills\`, which keeps the last run of each drill on this
machine (docs/operate/drills.md); \`npm run drill -- --table\` prints the same. The runs are of ${span || 'no day yet'}. Times are of sites
whose periods are a second where those of the field are a minute: the bound of each stands in the report.

Read a row as: how the drill ended (one that broke off has not seen the rest), how long after the fault the first alarm came at the latest, whether it named the cause, what the public
page did, whether the list of mail was exact (precision and recall 1.0, of so many deliveries), whether nothing else
rang, and who hears of such alarms. *Missed* is a fault; *not measured* means that nobody knows, and
counts neither way; \`-\` does not apply, and
why stands below.

${[line(seenHead), line(seenHead.map(() => '---')), ...rows.map((each) => line(seenCells(each))), line(seenSums(rows))].join('\n')}

## What does not apply

${seenReasons(rows)
  .map((each) => `- ${each}.`)
  .join('\n')}

## What is left out

- Not built yet: ${missing.join(', ')}.
- Built, and not run here: ${notRun.map(({ id }) => id).join(', ') || 'none'}.
`
}
