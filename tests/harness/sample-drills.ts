import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type LiveDrill, nothingSeen } from '../../server/src/services/drill/live-drill.ts'
import type { TestSite } from './site.ts'

const minute = 60_000

/** Drills of the past, as the pages show them: one that was noticed, and one that ended for people's mail. */
export function addDrills(site: TestSite): void {
  using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec('PRAGMA busy_timeout = 10000')
  const add = database.prepare(
    "INSERT INTO live_drills (id, ended_at, stopped_by, runner, beat_at, body) VALUES (?, ?, NULL, 'gone', ?, ?)",
  )
  for (const each of [noticed(Date.now() - 180 * minute), aborted(Date.now() - 900 * minute)])
    add.run(each.id, each.endedAt, each.endedAt, JSON.stringify(each))
}

function noticed(at: number): LiveDrill {
  const said = (name: string, words: string, afterMs: number) => ({ name, words, at: at + minute + afterMs })
  return {
    ...{ id: `b${at}`, kind: 'refuses', orderedAt: at, who: 'olga', forMs: 5 * minute, rings: false },
    ...{
      phase: 'over',
      startedAt: at,
      faultAt: at + minute,
      mendedAt: at + 3 * minute,
      ending: 'done',
      why: '',
    },
    endedAt: at + 4 * minute,
    seen: {
      ...{ ...nothingSeen, sent: 920, arrived: 920, othersBeforeMs: 140, othersDuringMs: 155 },
      alarm: said('next-hop-down', 'mail for inbound 127.0.0.1:41000 waits: connection refused', 15_000),
      incident: said('Mail waits and the queue grows (inbound)', '', 90_000),
      cause: said('next-hop', '', 90_000),
      quietAt: at + 3.8 * minute,
    },
    lines: [
      {
        ...{ what: 'told by an alarm or a finding', bound: '<= 120.0 s', held: true },
        measured: '15.0 s: next-hop-down',
      },
      { what: 'cause by name', bound: 'next-hop', measured: 'next-hop, after 90.0 s', held: true },
      {
        ...{ what: 'list of letters that the fault held up', bound: 'exact', held: true },
        measured: '478 listed of 478, 0 missing, 0 besides',
      },
      {
        ...{ what: 'mail of people: 95 of 100 were through within', bound: 'no slower', held: true },
        measured: '155 ms, 140 ms before',
      },
      { what: 'letters left in the spool', bound: 'none', measured: '0', held: true },
    ],
  }
}

function aborted(at: number): LiveDrill {
  return {
    ...{ id: `a${at}`, kind: 'slow', orderedAt: at, who: 'cli:root', forMs: 5 * minute, rings: false },
    ...{ phase: 'over', startedAt: at, faultAt: at + minute, mendedAt: null, endedAt: at + 2 * minute },
    ...{ ending: 'aborted', why: 'mail of people got slower: 4100 ms, 140 ms before' },
    seen: { ...nothingSeen, sent: 310, arrived: 260 },
    lines: [{ what: 'letters left in the spool', bound: 'none', measured: '0', held: true }],
  }
}
