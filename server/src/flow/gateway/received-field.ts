import type { Client } from '#flow/spool/message.ts'

export interface ReceivedDetails {
  readonly client: Client
  readonly host: string
  readonly id: string
  readonly recipients: readonly string[]
  readonly at: number
  readonly smtputf8: boolean
}

/**
 * The Received field that this site puts on a message (RFC 5321, 4.4). The recipient is named only where there is
 * one, so that nobody learns of others. Folded lines, no line end behind the last.
 */
export function composeReceived({ client, host, id, recipients, at, smtputf8 }: ReceivedDetails): string {
  const address = client.ip.includes(':') ? `IPv6:${client.ip}` : client.ip
  const tls = client.tls
    ? `\r\n\t(using ${clean(client.tls.version)} with cipher ${clean(client.tls.cipher)})`
    : ''
  const only = recipients.length === 1 ? recipients[0] : undefined
  const forWhom = only !== undefined && /^[\x21-\x7e]{1,254}$/.test(only) ? `\r\n\tfor <${only}>` : ''
  const protocol = smtputf8 ? client.protocol.replace('ESMTP', 'UTF8SMTP') : client.protocol
  // Where people sit when they write is nobody's business further on; the trace has it.
  const from = client.protocol.endsWith('A') ? '' : `from ${clean(client.helo)} ([${address}])${tls}\r\n\t`
  return `Received: ${from}by ${host} with ${protocol} id ${id}${forWhom};\r\n\t${rfc5322Date(at)}`
}

/** What a client said of itself may hold nothing that would shape the field. */
function clean(text: string): string {
  return text.replace(/[^A-Za-z0-9._:[\]-]/g, '?')
}

/** A date as header fields have it, in UTC (RFC 5322, 3.3). */
function rfc5322Date(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}
