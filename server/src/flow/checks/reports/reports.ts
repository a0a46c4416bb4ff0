import type { Check, InspectedMessage } from '#flow/inspection/check.ts'
import type { ReportedFacts } from '#flow/inspection/reported-facts.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { fieldValue, findField, type HeaderField } from '#ground/mail/header.ts'
import { radarTokenOf } from '#ground/mail/radar-address.ts'
import { isDomainReportAddress, reportKindOf } from '#ground/mail/report-address.ts'
import { readDomainReport } from './read-domain-report.ts'
import { readRadarReply } from './read-radar-reply.ts'
import { findReportedIds } from './reported-ids.ts'

/** Every code of this check. */
export const reportsCodes = ['reports-unavailable'] as const

/**
 * Reads which message somebody reports, or the DMARC or TLS report that another system sends. Only mail to the addresses
 * for these at our host is looked at, and nothing is said
 * against it: who sends in spam must not be judged by it. The gateway takes the report from the facts.
 */
export const reports: Check = {
  name: 'reports',
  async run(message, { settings }) {
    const isReport = message.arrival.rcptTo.some((each) => reportKindOf(each, settings.host) !== null)
    if (message.arrival.rcptTo.some((each) => isDomainReportAddress(each, settings.host)))
      return {
        findings: [],
        facts: { domainReport: await readDomainReport(message, onlyAuthor(message.header)) },
      }
    if (message.arrival.rcptTo.some((each) => radarTokenOf(each, settings.host) !== null))
      return { findings: [], facts: { radarReply: readRadarReply(message, onlyAuthor(message.header)) } }
    if (!isReport) return { findings: [] }
    const reported: ReportedFacts = {
      claims: await findReportedIds(message),
      author: onlyAuthor(message.header),
      isAutomatic: isAutomatic(message),
    }
    return { findings: [], facts: { reported } }
  },
}

function onlyAuthor(header: readonly HeaderField[]): string | null {
  const fields = header.filter((each) => each.name === 'from')
  const [field] = fields
  if (!field || fields.length > 1) return null
  const [first, ...others] = parseAddressList(fieldValue(field), 2)
  return others.length === 0 ? (first?.address?.toLowerCase() ?? null) : null
}

/** RFC 3834: what a program sent by itself is not answered by a program. */
function isAutomatic({ header }: InspectedMessage): boolean {
  const field = findField(header, 'auto-submitted')
  return field !== undefined && !/^no\b/i.test(fieldValue(field))
}
