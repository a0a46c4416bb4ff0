import type { TimelineEntry } from '@mailkeep/contract'
import { longestSessionMs, timeOfId } from '#ground/platform/ids.ts'
import type { LedgerEvent, TracedMessage, TracedRefusal } from '#services/ledger/ledger-store.ts'
import { describeAttempt } from './describe-attempt.ts'
import { moment } from './moment.ts'
import { refusalWords } from './refusal-words.ts'

type Entry = Omit<TimelineEntry, 'afterMs'>

/** What happened, oldest first; what happened to several recipients at once is one entry. */
export function describeTimeline(
  traced: TracedMessage | TracedRefusal,
  reasonText: (reason: string) => string,
): TimelineEntry[] {
  const started: Entry = {
    ...nothing,
    at: moment(startOf(traced.id, traced.kind === 'message' ? traced.receivedAt : traced.at)),
    node: traced.node,
    kind: 'started',
    recipients: [],
  }
  const entries = traced.kind === 'message' ? group(traced.events, reasonText) : [ofRefusal(traced)]
  return [started, ...entries].map((entry, index, all) => {
    const before = all[index - 1]
    return { ...entry, afterMs: before ? timeBetween(before.at, entry.at) : null }
  })
}

/** Null: the clock was set back between the two, so nobody knows. */
function timeBetween(from: string, to: string): number | null {
  const ms = Date.parse(to) - Date.parse(from)
  return ms < 0 ? null : ms
}

/** When the client began with it: an id is made at MAIL. */
export function startOf(id: string, laterThan: number): number {
  const at = timeOfId(id)
  // An id from elsewhere says nothing about time.
  return at > laterThan || laterThan - at > longestSessionMs ? laterThan : at
}

const nothing = { state: null, reason: '', reasonText: '', who: null, attempt: null } as const

function ofRefusal(refusal: TracedRefusal): Entry {
  const { at, node, reason, stage, code, enhanced } = refusal
  const reasonText = `at ${stage}: ${code} ${enhanced} ${refusalWords(refusal)}`
  return {
    ...nothing,
    at: moment(at),
    node,
    kind: 'refused',
    state: 'refused',
    reason,
    reasonText,
    recipients: [],
  }
}

function group(events: readonly LedgerEvent[], reasonText: (reason: string) => string): Entry[] {
  const groups: { key: string; entry: Entry & { recipients: number[] } }[] = []
  for (const event of events) {
    const { at, node, kind, state, reason, n, detail } = event
    const key = JSON.stringify([at, node, kind, state, reason, detail])
    const last = groups.at(-1)
    if (last?.key === key && n !== null) {
      last.entry.recipients.push(n)
      continue
    }
    const recipients = n === null ? [] : [n]
    const entry = { at: moment(at), node, kind, state, reason, recipients, ...ofDetail(event, reasonText) }
    groups.push({ key, entry })
  }
  return groups.map(({ entry }) => entry)
}

function ofDetail({ reason, detail }: LedgerEvent, reasonText: (reason: string) => string) {
  const { who, via, why } = detail ?? {}
  const words = [reasonText(reason), why, typeof via === 'string' ? `by way of ${via}` : '']
  return {
    reasonText: words.filter((each) => typeof each === 'string' && each !== '').join(': '),
    who: typeof who === 'string' ? who : null,
    attempt: detail && 'phase' in detail ? describeAttempt(detail) : null,
  }
}
