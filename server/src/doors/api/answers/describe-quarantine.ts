import type { QuarantineLine as Line, QuarantineList, QuarantineQuery } from '@mailkeep/contract'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { listQuarantine } from '#services/quarantine/list-quarantine.ts'
import type { QuarantineFilter, QuarantineLine } from '#services/quarantine/quarantine-store.ts'
import { readSelection } from '#services/quarantine/read-selection.ts'
import { leavesAt } from '#services/retention/leaves-at.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import type { StoreReads } from '../store-reads.ts'
import { cutText } from './cut-text.ts'
import { keyOf } from './key-of.ts'
import { moment } from './moment.ts'

const subjectShown = 200

/** A page of what is set aside. @throws ApiProblem where `after` is none of ours */
export async function describeQuarantine(
  parts: ApiParts,
  reads: StoreReads,
  query: QuarantineQuery,
  reach?: Reach,
): Promise<QuarantineList> {
  const { after, limit = 25, scope: _, ...conditions } = query
  const wanted: QuarantineFilter = {
    ...readSelection(conditions, parts.clock.now()),
    ...(reach && { within: reach }),
    ...(after !== undefined && { after: readCursor(after) }),
  }
  const found = await reads.ask('quarantine', `${keyOf(reach)} ${JSON.stringify(query)}`, () =>
    listQuarantine(parts.readQuarantine, wanted, limit),
  )
  const last = found.value?.more ? found.value.lines.at(-1) : undefined
  return {
    completeUpTo: reads.completeUpTo,
    lines: { ...found, value: found.value?.lines.map((each) => describeLine(each, parts)) ?? null },
    next: last ? `${last.since}.${last.messageId}.${last.n}` : null,
  }
}

function describeLine(line: QuarantineLine, { reasonText, config, directory }: ApiParts): Line {
  const { messageId, tenant, mailFrom, headerFrom, rcptTo, subject, size, verdict, score, reason, since } =
    line
  return {
    messageId,
    tenant,
    mailFrom,
    headerFrom,
    rcptTo,
    subject: cutText(subject, subjectShown),
    size,
    verdict,
    score,
    reason,
    reasonText: reasonText(reason),
    since: moment(since),
    leavesAt: moment(leavesAt(config['spool.keepQuarantined'], 'quarantine.days', directory, line)),
  }
}

function readCursor(text: string): NonNullable<QuarantineFilter['after']> {
  const found = /^(\d{1,15})\.([0-9a-z]{16})\.(\d{1,6})$/.exec(text)
  if (!found) throw problems.wrongQuery('after is what next said on the page before.')
  const [, since = '', messageId = '', n = ''] = found
  return { since: Number(since), messageId, n: Number(n) }
}
