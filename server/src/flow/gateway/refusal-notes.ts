import type { Clock } from '#ground/platform/clock.ts'
import type { Log } from '#ground/platform/log.ts'
import { writeRecipients } from '#ground/platform/recipient-list.ts'
import { StoreError } from '#ground/platform/store-error.ts'
import type { Refusal, RefusalLog } from './refusal-log.ts'
import type { Reply } from './replies.ts'
import type { Session } from './session.ts'
import { describeClient } from './session-state.ts'

/** Lines of one kind from one client in a minute that are written singly; the rest become a count. */
const mostAlike = 30
/** The same of whole messages that are to come again, and of what we cannot take: who was hit by a fault of ours is listed to the last one. */
const mostPutOff = 1000
/** Refusals that no sender is the cause of. */
const ownFaults: ReadonlySet<string> = new Set([
  'content-key-missing',
  'directory-unavailable',
  'disk-full',
  'overloaded',
  'own-fault',
  'recipient-lost-in-shrink',
  'spool-slow',
])
/** Recipients that one line names. */
const mostNamed = 20
/** Lines that may wait for the store, some megabytes; beyond that the oldest are dropped. */
const mostWaiting = 20_000
/** Lines that the store is given at once: each call holds up the mail of the moment, here and there, as long as it takes. */
const mostAtOnce = 500
/** How long lines gather before they are written. */
const gatherMs = 200
/** Until what a store that is away has not taken is written again. */
const againMs = 1000
/** The same of a full disk: each line takes room that is for settling mail. */
const againFullMs = 30_000

/** Answers of a store that knows nothing of the lines themselves. */
const keepable: ReadonlySet<StoreError['code']> = new Set(['away', 'busy', 'full'])

/** What was refused, where it is no part of the transaction. */
export interface RefusedPart {
  readonly mailFrom?: string
  readonly rcptTo?: string
  /** Whose the recipient would be; empty: nobody's, or not known. */
  readonly tenant?: string
}

export interface RefusalNote {
  readonly stage: string
  readonly reason: string
  readonly reply: Reply
  /** Absent: the refusal is about the transaction. */
  readonly refused?: RefusedPart
  readonly subject?: string
  readonly headerMessageId?: string
  readonly detail?: object
}

/**
 * Gathers refusals and writes them to the ledger a few times a second. Somebody who tries thousands of
 * addresses gets thirty lines a minute and a count, so that a flood cannot fill the disk; whole messages that are put
 * off have more room.
 */
export class RefusalNotes {
  readonly #log: RefusalLog
  readonly #clock: Clock
  readonly #errors: Log
  readonly #newId: () => string
  readonly #count: (reason: string, tenant: string, code: number) => void
  #waiting: Refusal[] = []
  #alike = new Map<string, { since: number; written: number; more: number; last: Refusal }>()
  /** Lines wait for `#soon`; counts of what is alike for `#later`, which must not hold up the lines. */
  #soon: NodeJS.Timeout | null = null
  #later: NodeJS.Timeout | null = null
  /** The write under way, and how many of those that wait belong to it. */
  #writing: Promise<void> | null = null
  #due = 0
  /** Lines that nobody will read, since it was last told. */
  #lost = 0
  /** Nobody comes again to write what is left. */
  #isClosed = false

  constructor(
    log: RefusalLog,
    clock: Clock,
    errors: Log,
    newId: () => string,
    count: (reason: string, tenant: string, code: number) => void,
  ) {
    this.#log = log
    this.#clock = clock
    this.#errors = errors
    this.#newId = newId
    this.#count = count
  }

  /**
   * Notes one refusal, with a line for each tenant that it concerns, so that nobody reads of another's recipients.
   * The id within the reply's brackets, where there is one, becomes the id of the first in the trace.
   */
  note(session: Session, note: RefusalNote): void {
    // What happens to a message of our own is told by who sent it.
    if (session.transaction?.recipients.some((each) => each.probe)) return
    this.#count(
      note.reason,
      note.refused?.tenant ?? session.transaction?.recipients[0]?.tenant ?? '',
      note.reply.code,
    )
    const named = /\[([0-9a-z]{16})\]/.exec(note.reply.text)?.[1]
    for (const [index, place] of placesOf(session, note.refused).entries())
      this.#add({
        id: (index === 0 && named) || this.#newId(),
        at: this.#clock.now(),
        ...place,
        client: describeClient(session.client),
        mailFrom: note.refused?.mailFrom ?? session.transaction?.mailFrom ?? '',
        stage: note.stage,
        code: note.reply.code,
        enhanced: note.reply.enhanced,
        reason: note.reason,
        text: note.reply.text,
        subject: note.subject ?? '',
        headerMessageId: note.headerMessageId ?? '',
        detail: note.detail ?? null,
      })
  }

  #add(refusal: Refusal): void {
    if (this.#isOneTooMany(refusal)) return
    this.#enqueue(refusal)
  }

  #enqueue(refusal: Refusal): void {
    this.#waiting.push(refusal)
    if (this.#waiting.length > mostWaiting) {
      this.#waiting.shift()
      this.#lost += 1
    }
    this.#writeIn(gatherMs)
  }

  /** A pause that runs is not cut short, and what comes during a write is looked at when that has ended. */
  #writeIn(ms: number): void {
    if (!this.#writing) this.#soon ??= setTimeout(() => void this.flush(), ms)
  }

  #isOneTooMany(refusal: Refusal): boolean {
    const key = `${refusal.client.ip} ${refusal.reason}`
    const entry = this.#alike.get(key)
    if (!entry || refusal.at - entry.since > 60_000) {
      if (entry) this.#writeCount(entry)
      this.#alike.set(key, { since: refusal.at, written: 1, more: 0, last: refusal })
      return false
    }
    const isPutOff = refusal.code < 500 && (refusal.stage === 'message' || ownFaults.has(refusal.reason))
    if (entry.written < (isPutOff ? mostPutOff : mostAlike)) {
      entry.written += 1
      return false
    }
    entry.more += 1
    entry.last = refusal
    return true
  }

  #writeCount(entry: { more: number; last: Refusal }): void {
    if (entry.more > 0)
      this.#enqueue({
        ...entry.last,
        detail: { ...entry.last.detail, alikeInTheSameMinute: entry.more },
      })
    entry.more = 0
  }

  /** Writes what is waiting; a write that is under way takes it along. */
  flush(): Promise<void> {
    this.#countAlike()
    if (this.#soon) clearTimeout(this.#soon)
    this.#soon = null
    this.#due = this.#waiting.length
    this.#writing ??= Promise.resolve().then(() => this.#write())
    return this.#writing
  }

  #countAlike(): void {
    if (this.#later) clearTimeout(this.#later)
    const now = this.#clock.now()
    for (const [key, entry] of this.#alike) {
      if (now - entry.since <= 60_000) continue
      this.#writeCount(entry)
      this.#alike.delete(key)
    }
    this.#later = this.#alike.size > 0 ? setTimeout(() => this.#countAlike(), 10_000).unref() : null
  }

  async #write(): Promise<void> {
    let cause: Error | null = null
    let pauseMs = gatherMs
    while (this.#due > 0 && this.#waiting.length > 0) {
      const piece = this.#waiting.splice(0, Math.min(this.#due, mostAtOnce))
      this.#due -= piece.length
      try {
        await this.#log.recordRefusals(piece)
      } catch (thrown) {
        cause = thrown as Error
        if (cause instanceof StoreError && keepable.has(cause.code)) {
          this.#putBack(piece)
          pauseMs = cause.code === 'full' ? againFullMs : againMs
        } else this.#lost += piece.length
      }
    }
    this.#writing = null
    if (this.#waiting.length > 0) this.#writeIn(pauseMs)
    this.#tell(cause)
  }

  /** What was refused while the store was away is what will be asked for: it waits until the store is back. */
  #putBack(piece: readonly Refusal[]): void {
    const all = this.#isClosed ? [] : [...piece, ...this.#waiting].slice(-mostWaiting)
    this.#lost += piece.length + this.#waiting.length - all.length
    this.#waiting = all
    this.#due = 0
  }

  #tell(cause: Error | null): void {
    if (!cause && this.#lost === 0) return
    this.#errors.warn(
      {
        ...{ waiting: this.#waiting.length, lost: this.#lost },
        cause: cause?.message ?? 'the store was slower than they came',
      },
      'refusals could not be written to the ledger',
    )
    this.#lost = 0
  }

  /** Writes everything, counts included; for the end of the process. */
  async close(): Promise<void> {
    for (const entry of this.#alike.values()) this.#writeCount(entry)
    this.#alike.clear()
    // What it puts back is tried once more.
    await this.#writing
    this.#isClosed = true
    await this.flush()
    for (const timer of [this.#soon, this.#later]) if (timer) clearTimeout(timer)
  }
}

/** Whom a refusal concerns: the part that was refused, or else the recipients of the transaction by tenant. */
function placesOf(session: Session, refused: RefusedPart | undefined): { tenant: string; rcptTo: string }[] {
  const recipients = session.transaction?.recipients ?? []
  const [first] = recipients
  if (refused?.rcptTo !== undefined || refused?.tenant !== undefined || !first)
    return [{ tenant: refused?.tenant ?? first?.tenant ?? '', rcptTo: refused?.rcptTo ?? '' }]
  return [...Map.groupBy(recipients, (each) => each.tenant)].map(([tenant, theirs]) => ({
    tenant,
    rcptTo: writeRecipients(theirs.slice(0, mostNamed).map((each) => each.rcptTo)),
  }))
}
