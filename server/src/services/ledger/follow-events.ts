import { setTimeout as sleep } from 'node:timers/promises'
import type { LedgerEvent, LedgerStore } from './ledger-store.ts'

const page = 500
const pauseMs = 500

/** Events as they come, from now on, until the signal ends it. */
export async function* followEvents(ledger: LedgerStore, signal: AbortSignal): AsyncGenerator<LedgerEvent> {
  let { seq } = await ledger.completeUpTo()
  while (!signal.aborted) {
    const events = await ledger.eventsAfter(seq, page)
    yield* events
    seq = events.at(-1)?.seq ?? seq
    if (events.length < page) await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}
