import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Sent } from '../harness/load.ts'
import type { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import type { DrillReport } from './drill.ts'

interface Row {
  readonly messageId: string
  readonly rcptTo: string
  readonly state: string
  readonly nextStep: string
}

/** Moments of ids and of acceptance differ by what the answer took. */
const slackMs = 600_000

/**
 * D34 at the end of a drill: the platform's own list of the window beside what the generator knows. Mail that was sent
 * apart from the load, such as single letters and notices of ours, is told apart by its Message-ID and left out.
 */
export async function checkAffectedList(
  report: DrillReport,
  site: TestSite,
  sinks: readonly Sink[],
  sent: readonly Sent[],
): Promise<void> {
  if (sent.length === 0) return
  const since = new Date(sent.reduce((first, each) => Math.min(first, each.at), Date.now()) - slackMs)
  const { rows } = await site.json<{ rows: Row[] }>(
    ...['affected', '--since', since.toISOString(), '--kind', 'accepted'],
  )
  const names = headerIds(site.folder, since.getTime())
  const runs = new Set(sent.map((each) => runOf(each.id)))
  const listed = rows.flatMap((row) => {
    const name = names.get(row.messageId) ?? ''
    return runs.has(runOf(name)) ? [{ ...row, key: `${name} ${row.rcptTo}` }] : []
  })
  const keys = new Set(listed.map((each) => each.key))
  const taken = keysOf(sent, (each) => each.outcome === 'acknowledged')
  // The sender of one whose answer was lost does not know either.
  const possible = keysOf(sent, (each) => each.outcome !== 'refused')
  const wrong = listed.filter((each) => !possible.has(each.key))
  const missing = [...taken].filter((each) => !keys.has(each))
  const of = (bad: number, all: number) => `${all - bad} of ${all}`
  report.invariant(
    'I9',
    'affected list of the window: precision',
    of(wrong.length, listed.length),
    wrong.length === 0,
  )
  report.invariant(
    'I9',
    'affected list of the window: recall',
    of(missing.length, taken.size),
    missing.length === 0,
  )
  const arrived = new Set(sinks.flatMap((sink) => [...sink.copies().keys()]))
  const untrue = listed.filter(
    (each) => (each.state === 'delivered') !== arrived.has(each.key) || each.nextStep === '',
  )
  report.invariant(
    'I9',
    'affected list of the window: state as it is, with the next step',
    of(untrue.length, listed.length),
    untrue.length === 0,
  )
}

const runOf = (id: string) => /^<([0-9a-f]{8})\.\d+@/.exec(id)?.[1] ?? 'other'

function keysOf(sent: readonly Sent[], wanted: (each: Sent) => boolean): Set<string> {
  return new Set(sent.filter(wanted).map((each) => `${each.id} ${each.rcptTo}`))
}

/** The sender's name for each message. Read beside the server: the list itself has ours. */
export function headerIds(folder: string, since: number): Map<string, string> {
  const database = new DatabaseSync(join(folder, 'data', 'mailkeep.db'), { readOnly: true })
  try {
    const rows = database
      .prepare('SELECT id, header_message_id AS name FROM messages WHERE received_at >= ?')
      .all(since) as unknown as { id: string; name: string }[]
    return new Map(rows.map((each) => [each.id, each.name]))
  } finally {
    database.close()
  }
}
