import type { MessageLine, MessageList, MessagesQuery } from '@mailkeep/contract'
import type { Reach, TraceLine } from '#services/ledger/ledger-store.ts'
import type { ApiParts } from '../api-parts.ts'
import type { StoreReads } from '../store-reads.ts'
import { cutText } from './cut-text.ts'
import { keyOf } from './key-of.ts'
import { moment, momentOrNull } from './moment.ts'
import { searchBack } from './search-back.ts'

const recipientsShown = 3
const subjectShown = 200

/** Messages and refusals that a question finds, newest first. */
export async function describeMessages(
  parts: ApiParts,
  reads: StoreReads,
  query: MessagesQuery,
  reach?: Reach,
): Promise<MessageList> {
  const found = await reads.ask('messages', `${keyOf(reach)} ${JSON.stringify(query)}`, () =>
    searchBack(parts.ledger, query, parts.clock, reach),
  )
  return {
    completeUpTo: reads.completeUpTo,
    messages: { ...found, value: found.value?.lines.map((line) => describeLine(line, parts)) ?? null },
    searchedBackTo: momentOrNull(found.value?.backTo ?? null),
  }
}

function describeLine(line: TraceLine, { reasonText }: ApiParts): MessageLine {
  return {
    kind: line.kind,
    id: line.id,
    at: moment(line.at),
    direction: line.direction,
    mailFrom: line.mailFrom,
    rcptTo: line.rcptTo.slice(0, recipientsShown),
    recipients: line.rcptTo.length,
    subject: cutText(line.subject, subjectShown),
    size: line.size,
    states: [...line.states],
    reason: line.reason,
    reasonText: reasonText(line.reason),
  }
}
