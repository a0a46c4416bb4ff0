import type { VerdictPolicy } from '#flow/inspection/verdict.ts'
import type { BodyWriter } from '#flow/spool/body-store.ts'
import type { Client, DsnRequest, MailParameters } from '#flow/spool/message.ts'
import type { ReportKind } from '#ground/mail/report-address.ts'

/** One accepted recipient of the open transaction. */
export interface SessionRecipient {
  readonly rcptTo: string
  readonly tenant: string
  readonly domain: string
  readonly policy: VerdictPolicy
  readonly dsn: DsnRequest
  /** The address is for reports: nobody gets the mail, and it has no other recipient. */
  readonly report?: ReportKind
  /** The same for DMARC and TLS reports of other systems. */
  readonly isDomainReport?: true
}

/** What MAIL opened and RCPT adds to; gone with the final reply, RSET, EHLO or the connection. */
export interface Transaction {
  readonly id: string
  readonly mailFrom: string
  readonly parameters: MailParameters
  /** Size named by the client; 0: not named. */
  readonly declaredSize: number
  readonly recipients: SessionRecipient[]
  body: BodyWriter | null
  /** Set once BDAT has been used, after which DATA is out of place. */
  chunked: boolean
}

/** What the session knows of its client; XCLIENT and PROXY change it. */
export interface SessionClient {
  ip: string
  port: number
  helo: string
  esmtp: boolean
  tls: Client['tls']
}

export function describeClient(client: SessionClient): Client {
  const protocol = client.tls ? 'ESMTPS' : client.esmtp ? 'ESMTP' : 'SMTP'
  return { ip: client.ip, port: client.port, helo: client.helo, protocol, tls: client.tls }
}
