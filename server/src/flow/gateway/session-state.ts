import type { VerdictPolicy } from '#flow/inspection/verdict.ts'
import type { BodyWriter } from '#flow/spool/body-store.ts'
import type { Client, DsnRequest, MailParameters } from '#flow/spool/message.ts'
import type { ProbeMark } from '#ground/mail/probe-address.ts'
import type { ReportKind } from '#ground/mail/report-address.ts'
import type { OutboundPolicy } from './outbound-policy.ts'
import type { KnownSender } from './sender-source.ts'

/** One accepted recipient of the open transaction. */
export interface SessionRecipient {
  readonly rcptTo: string
  readonly tenant: string
  readonly domain: string
  readonly policy: VerdictPolicy
  readonly dsn: DsnRequest
  /** He was named by a signed envelope sender of his: something that he has sent comes back. */
  readonly isSigned?: true
  /** He is elsewhere, and the mail is of somebody who may send through here; absent: he is one of ours. */
  readonly outbound?: OutboundPolicy
  /** The address is for reports: nobody gets the mail, and it has no other recipient. */
  readonly report?: ReportKind
  /** The same for DMARC and TLS reports of other systems. */
  readonly isDomainReport?: true
  /** The same for the reply to a test mail: its token. */
  readonly radar?: string
  /** The same for bounces of a notice of our own: the message that it was. */
  readonly notice?: string
  /** It is a message of our own that goes round. */
  readonly probe?: ProbeMark
}

/** A fault of ours from which a message has to wait at its sender. */
export type PutOff = 'disk-full' | 'spool-slow'

/** What MAIL opened and RCPT adds to; gone with the final reply, RSET, EHLO or the connection. */
export interface Transaction {
  readonly id: string
  readonly mailFrom: string
  /** Who of ours sends it; null: somebody from outside, whose mail goes to our own people only. */
  readonly sender: KnownSender | null
  readonly parameters: MailParameters
  /** Size named by the client; 0: not named. */
  readonly declaredSize: number
  /** Why nothing can be taken now; absent: it can. Each recipient hears it that would be taken else. */
  readonly putOff?: PutOff
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
  /** SHA-256 of the certificate that it has shown, as hex digits; absent or null: none. */
  fingerprint?: string | null
  /** Who has logged in; absent or null: nobody. */
  login?: KnownSender | null
}

export function describeClient(client: SessionClient): Client {
  const protocol = client.login
    ? client.tls
      ? 'ESMTPSA'
      : 'ESMTPA'
    : client.tls
      ? 'ESMTPS'
      : client.esmtp
        ? 'ESMTP'
        : 'SMTP'
  return { ip: client.ip, port: client.port, helo: client.helo, protocol, tls: client.tls }
}

/**
 * Who of ours a message counts as sent by. A network proves nothing about a single mail: what its server brings for our
 * own people comes from outside.
 */
export function senderOf({ sender, recipients }: Transaction): KnownSender | null {
  if (recipients.some((each) => each.probe)) return null
  return sender?.by === 'network' && !recipients.some((each) => each.outbound) ? null : sender
}

/** The same with who of ours sends through it. */
export function describeSender(client: SessionClient, sender: KnownSender | null): Client {
  if (sender === null) return describeClient(client)
  const { by, name, tenant, addresses } = sender
  return {
    ...describeClient(client),
    sender: { by, name, tenant, ...(addresses && { addresses: addresses.slice(0, 50) }) },
  }
}
