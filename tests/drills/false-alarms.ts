import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestSite } from '../harness/site.ts'
import type { DrillReport } from './drill.ts'

/** Something that a site has told by itself. */
export interface Told {
  readonly kind: 'alarm' | 'finding' | 'public incident'
  /** `NAME SUBJECT` of alarms and findings, the name of an incident. */
  readonly what: string
  /** What it said. */
  readonly text: string
}

/**
 * I7: an alarm is heard only where nothing else rings. Asks the site what it has told from its beginning on, and holds
 * that all of it is about the fault (`about`, by `NAME SUBJECT`). The store is read beside it, so that this costs nothing and works where it is gone.
 */
export function checkFalseAlarms(report: DrillReport, site: Pick<TestSite, 'folder'>, about: RegExp): void {
  const path = join(site.folder, 'data', 'mailkeep.db')
  if (!existsSync(path)) return
  const told = read(path)
  if (typeof told === 'string') {
    report.see(falseAlarms, 'none', told, false)
    return
  }
  const wrong = told.filter((each) => !about.test(each.what))
  for (const each of told)
    if (each.kind === 'alarm' && !wrong.includes(each)) report.rang.add(each.what.split(' ')[0] ?? '')
  const words = wrong.map(({ kind, what, text }) => `${kind} ${what} (${text.slice(0, 200)})`)
  report.see(falseAlarms, 'none', words.join('; ') || 'none', wrong.length === 0)
}

/** How the line of it is called. */
export const falseAlarms = 'I7 alarms, findings and public incidents that are not about the fault'

/** A store that is locked, or whose disk stands still, says nothing: why it does not must not hide what the drill has found. */
function read(path: string): Told[] | string {
  try {
    return toldBy(path)
  } catch (cause) {
    return `could not be read: ${(cause as Error).message}`
  }
}

function toldBy(path: string): Told[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  const ask = (kind: Told['kind'], query: string) =>
    (database.prepare(query).all() as { what: string; text: string }[]).map((each) => ({ kind, ...each }))
  try {
    return [
      ...ask('alarm', "SELECT name || ' ' || subject AS what, text FROM alarm_states ORDER BY since"),
      ...ask(
        'finding',
        "SELECT DISTINCT kind || ' ' || subject AS what, finding AS text FROM findings GROUP BY 1 ORDER BY since",
      ),
      ...ask(
        'public incident',
        "SELECT incident ->> 'name' AS what, incident ->> 'impact' AS text FROM status_incidents ORDER BY started_at",
      ),
    ]
  } finally {
    database.close()
  }
}
