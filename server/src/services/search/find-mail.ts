import type { LedgerStore, Reach, TraceLine } from '#services/ledger/ledger-store.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { MailFilter } from './mail-filter.ts'
import type { FoundMessage, IndexProgress, SearchStore } from './search-store.ts'

export interface FoundPage {
  readonly messages: readonly FoundMessage[]
  /** Where the next page begins; null: this is the last one. */
  readonly next: string | null
  /** The time was over here; null: it looked as far as there is anything, or the page is full. */
  readonly backTo: number | null
  /** How far the index had come. */
  readonly progress: IndexProgress
}

/** What a search may take; the two seconds of a person's patience less what the rest takes. */
const budgetMs = 1000

/** A page of messages and refusals, newest first. */
export async function findMail(
  search: Pick<SearchStore, 'page'>,
  filter: MailFilter,
  after: Cursor | undefined,
  limit: number,
  now: number,
): Promise<FoundPage> {
  const [place, shown] = after === undefined ? [null, ''] : [after.place, after.shown]
  const found = await search.page(filter, place, limit + 1, budgetMs, now)
  // The last message of the page before may have recipients behind its place: it is not shown twice.
  const messages = found.messages.filter(({ line }) => line.messageId !== shown).slice(0, limit)
  const last = messages.at(-1)?.line
  const isFull = found.messages.length > limit
  const next = isFull && last ? last.place : found.place
  return {
    messages,
    next: next === null ? null : `${next}.${last?.messageId ?? (shown || 'none')}`,
    backTo: isFull ? null : found.backTo,
    progress: found.progress,
  }
}

/** Where a page ended, and the message that it ended with. */
export interface Cursor {
  readonly place: number
  readonly shown: string
}

/** @throws OrderError for what is no cursor of ours */
export function readCursor(text: string): Cursor {
  const [, place, id] = /^(\d{1,16})\.([0-9a-z]{4,16})$/.exec(text) ?? []
  if (place === undefined || id === undefined)
    throw new OrderError('wrong', 'after is what "next" of the page before says')
  return { place: Number(place), shown: id }
}

/** Ids that a word names outright: that of a message or refusal, or a Message-ID field in angle brackets. */
export async function findNamed(
  ledger: Pick<LedgerStore, 'find'>,
  word: string,
  within: Reach | undefined,
): Promise<readonly Pick<TraceLine, 'id' | 'kind' | 'at'>[] | null> {
  const seen = within && { within }
  const id = /^\[?([0-9a-hjkmnp-tv-z]{16})\]?$/.exec(word)?.[1]
  if (id !== undefined) {
    const lines = await ledger.find({ id, limit: 1, ...seen })
    if (lines.length > 0) return lines
  }
  return /^<[^\s<>]+>$/.test(word) ? ledger.find({ headerMessageId: word, limit: 50, ...seen }) : null
}
