import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sent } from '../harness/load.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { answerWords, type Incident, incidentsSince } from './blind-answer.ts'
import { type BlindFault, type FaultNote, inSurge } from './blind-faults.ts'
import type { BlindRig } from './blind-rig.ts'

const patienceMs = 90_000
/** Long enough for people to be late by a fault, and for a wrong name to be taken back. */
const lastMs = 5000

/** What is written down of a round before it begins. */
export interface Notes {
  /** In the order in which they are put in. */
  readonly faults: readonly FaultNote[]
  /** What is true beside them, and need not be named. */
  readonly besides: readonly FaultNote[]
}

/** What the site said of the faults of a round while they were in. */
export interface Seen {
  /** Until something was opened, from when the first was put in (ms); null: not within its time. */
  readonly openedMs: number | null
  /** The longest time until one was named (ms); null: one was not within its time. */
  readonly namedMs: number | null
  /** Incidents as they stood when each was taken out. */
  readonly told: readonly (readonly Incident[])[]
  readonly surge: readonly Sent[]
}

/** Notes that lie beside, so that nobody can make them fit afterwards: their print is taken before the round. */
export function seal(fault: BlindFault): { open(): Notes } {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-d33-'))
  const path = join(folder, 'note.json')
  const all = inOrder(fault)
  const notes: Notes = {
    faults: all.map(({ note }) => note),
    besides: all.flatMap(({ note, surge }) => (surge ? [inSurge(note.fault)] : [])),
  }
  const text = JSON.stringify({ ...notes, salt: randomBytes(8).toString('hex') })
  writeFileSync(path, text, { mode: 0o600 })
  const print = createHash('sha256').update(text).digest('hex')
  return {
    open() {
      const found = readFileSync(path, 'utf8')
      rmSync(folder, { recursive: true })
      if (createHash('sha256').update(found).digest('hex') !== print) throw new Error('the note was changed')
      return JSON.parse(found) as Notes
    },
  }
}

/** Puts in one fault after the other, each until it is named or the time for it is over. */
export async function meetAll(rig: BlindRig, fault: BlindFault): Promise<Seen> {
  const since = Date.now()
  const met: Meeting[] = []
  for (const each of inOrder(fault)) met.push(await meet(rig, each, since, met.at(-1)?.incidents ?? []))
  const named = met.map(({ namedMs }) => namedMs)
  return {
    openedMs: met[0]?.openedMs ?? null,
    namedMs: named.includes(null) ? null : Math.max(...named.map(Number)),
    told: met.map(({ incidents }) => incidents),
    surge: met.flatMap(({ surge }) => surge),
  }
}

interface Meeting extends Pick<Seen, 'openedMs' | 'namedMs' | 'surge'> {
  readonly incidents: readonly Incident[]
}

/** @param before incidents that stood when it was put in */
async function meet(
  rig: BlindRig,
  { put, surge }: BlindFault,
  sinceRound: number,
  before: readonly Incident[],
): Promise<Meeting> {
  const stop = new AbortController()
  const load = surge === undefined ? [] : rig.load(stop.signal, surge)
  try {
    const since = Date.now()
    const takeOut = await put()
    try {
      const { openedAt, namedAt } = await watchNaming(rig, sinceRound, new Set(before.map(answerWords)))
      const incidents = await incidentsSince(rig.site, sinceRound)
      const after = (at: number | null) => (at === null ? null : Math.max(0, at - since))
      stop.abort()
      return { openedMs: after(openedAt), namedMs: after(namedAt), incidents, surge: await load }
    } finally {
      await takeOut()
    }
  } finally {
    stop.abort()
  }
}

/** Asks again and again, until a cause is named that was not before and stays for a while, or the time for it is over. */
async function watchNaming({ site }: BlindRig, since: number, said: ReadonlySet<string>) {
  let openedAt: number | null = null
  const namedAt = await waitUntil(
    'a cause is named',
    async () => {
      const incidents = await incidentsSince(site, since)
      openedAt ??= incidents[0]?.openedAt ?? null
      const isNamed = ({ cause }: Incident) => cause !== null && cause.name !== 'unknown'
      const known = incidents.find((each) => isNamed(each) && !said.has(answerWords(each)))
      return known?.cause && Math.max(known.openedAt, Date.parse(known.cause.at))
    },
    patienceMs,
    1000,
  ).catch(() => null)
  await sleep(lastMs)
  return { openedAt, namedAt: namedAt || null }
}

function inOrder(fault: BlindFault): readonly BlindFault[] {
  return [fault, ...(fault.next ? inOrder(fault.next) : [])]
}
