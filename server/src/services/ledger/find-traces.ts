import type { LedgerStore, TracedMessage, TracedRefusal, TraceLine, TraceQuery } from './ledger-store.ts'
import { readWithin } from './read-within.ts'

/** What somebody asks: a word of any kind, and conditions beside it. */
export type TraceQuestion = Omit<TraceQuery, 'id' | 'address'> & { readonly word?: string }

export interface Traces {
  readonly lines: readonly TraceLine[]
  /** The whole story, where the question led to one message or refusal. */
  readonly traced: TracedMessage | TracedRefusal | null
}

/** Answers "where is this mail?": the id of a message or refusal, an address, a Message-ID or words of the subject. */
export async function findTraces(ledger: LedgerStore, question: TraceQuestion): Promise<Traces> {
  const { word, ...conditions } = question
  const { tenant, within } = conditions
  const id = word === undefined ? null : readId(word)
  if (id !== null) {
    const seen = { ...(tenant !== undefined && { tenant }), ...(within && { within }) }
    const lines = await ledger.find({ id, limit: 1, ...seen })
    if (lines.length > 0) return { lines, traced: await readWithin(ledger, id, within) }
  }
  const lines = await ledger.find({ ...conditions, ...readWord(word) })
  const only = lines.length === 1 ? lines[0] : undefined
  return { lines, traced: only ? await readWithin(ledger, only.id, within) : null }
}

/** An id as it stands in our reply, `[0f4k...]`, or alone. */
function readId(word: string): string | null {
  return /^\[?([0-9a-hjkmnp-tv-z]{16})\]?$/.exec(word)?.[1] ?? null
}

function readWord(word: string | undefined): Partial<TraceQuery> {
  if (word === undefined || word === '') return {}
  if (/^<.+>$/.test(word)) return { headerMessageId: word }
  return /^\S+@\S+$/.test(word) ? { address: word } : { subject: word }
}
