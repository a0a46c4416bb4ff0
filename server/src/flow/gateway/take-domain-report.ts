import type { DomainReportFacts } from '#flow/inspection/domain-report-facts.ts'
import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import type { NewDomainReport } from '#flow/spool/domain-report.ts'
import type { RecipientSource } from './recipient-source.ts'
import { type Reply, replies } from './replies.ts'

export type TakenDomainReport =
  | { readonly kind: 'taken'; readonly report: NewDomainReport }
  | { readonly kind: 'refused'; readonly reason: string; readonly reply: Reply }

interface Facts {
  readonly domainReport?: DomainReportFacts
  readonly spf?: { readonly result: string; readonly domain: string }
  readonly dkim?: readonly { readonly result: string; readonly domain: string | null }[]
  readonly dmarc?: { readonly result: string } | null
}

/**
 * Takes a DMARC or TLS report about a domain of ours, whoever sends it: those who report know nobody here. What could
 * not be read yet is to come again, since a report that is late hurts nobody; what is none, or of a stranger's domain,
 * is refused, so that its sender sees that the address is wrong.
 */
export function takeDomainReport(
  recipients: RecipientSource,
  id: string,
  end: InspectionEnd,
): TakenDomainReport {
  if (end.kind === 'poison')
    return refuse('domain-report-unreadable', replies.domainReportUnreadable(id, 'it cannot be read'))
  const facts: Facts = end.kind === 'complete' ? end.outcome.facts : {}
  const read = facts.domainReport
  if (!read) return refuse('domain-report-unread', replies.ownFault(id))
  if ('fault' in read)
    return refuse('domain-report-unreadable', replies.domainReportUnreadable(id, read.fault))
  // Any name will do: whether the domain is ours shows in the answer.
  const found = recipients.lookup('postmaster', read.report.domain)
  if (found.kind === 'unavailable') return refuse('directory-unavailable', replies.directoryAway(id))
  if (found.kind === 'not-ours') return refuse('domain-report-foreign', replies.domainReportForeign(id))
  return {
    kind: 'taken',
    report: {
      ...read.report,
      tenant: found.tenant,
      domain: found.domain,
      isProven: isProven(facts, read.author),
    },
  }
}

function refuse(reason: string, reply: Reply): TakenDomainReport {
  return { kind: 'refused', reason, reply }
}

/** Whether SPF or DKIM vouches for the domain of the author. */
function isProven({ spf, dkim = [], dmarc }: Facts, author: string | null): boolean {
  if (dmarc?.result === 'pass') return true
  if (author === null || dmarc?.result === 'fail') return false
  const domain = author.slice(author.lastIndexOf('@') + 1)
  if (spf?.result === 'pass' && spf.domain.toLowerCase() === domain) return true
  return dkim.some((each) => each.result === 'pass' && each.domain?.toLowerCase() === domain)
}
