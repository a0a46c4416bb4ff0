import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import type { RadarFacts } from '#flow/inspection/radar-facts.ts'
import type { NewRadarReply } from '#flow/spool/radar-reply.ts'
import type { SessionClient } from './session-state.ts'

interface Facts {
  readonly radarReply?: RadarFacts
  readonly spf?: { readonly result: string; readonly domain: string }
  readonly dkim?: readonly {
    readonly result: string
    readonly domain: string | null
    readonly reason: string | null
  }[]
  readonly dmarc?: {
    readonly result: string
    readonly alignment: { readonly spf: boolean; readonly dkim: boolean }
  } | null
}

const mostSignatures = 10
const longest = 300

/**
 * What answers a test mail of ours, with what the checks say of it: that is what the test is for, so nothing of it
 * counts against the mail. Where they have not ended, that it came is told all the same, and the rest stays unknown.
 */
export function takeRadarReply(
  token: string,
  mailFrom: string,
  client: SessionClient,
  end: InspectionEnd,
): NewRadarReply {
  const facts: Facts = end.kind === 'complete' ? end.outcome.facts : {}
  const { spf, dkim = [], dmarc } = facts
  const unread: RadarFacts = { kind: mailFrom === '' ? 'automatic' : 'reply', author: '', hops: [] }
  return {
    ...(facts.radarReply ?? unread),
    token,
    mailFrom: mailFrom.slice(0, longest),
    ip: client.ip,
    helo: client.helo.slice(0, longest),
    tls: client.tls === null ? '' : `${client.tls.version} ${client.tls.cipher}`,
    spf: spf ? { result: spf.result, domain: spf.domain.slice(0, longest) } : null,
    dkim: dkim.slice(0, mostSignatures).map(({ result, domain, reason }) => ({
      result,
      domain: (domain ?? '').slice(0, longest),
      reason: (reason ?? '').slice(0, longest),
    })),
    dmarc: dmarc ? { result: dmarc.result, ...dmarc.alignment } : null,
  }
}
