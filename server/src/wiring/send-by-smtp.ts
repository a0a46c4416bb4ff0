import { lookup } from 'node:dns/promises'
import { SmtpClient } from '#flow/delivery/smtp-client.ts'

const times = { connectMs: 10_000, commandMs: 20_000, dataMs: 20_000, finalMs: 60_000 }

export interface SmtpLetter {
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  /** Whole, with its header; lines end with CRLF. */
  readonly content: string
}

/**
 * Brings one mail to a server, past our queue. TLS where it is offered.
 * @param helo our own name
 * @throws DeliveryFault, Error: what it answered
 */
export async function sendBySmtp(
  { host, port }: { readonly host: string; readonly port: number },
  helo: string,
  { mailFrom, rcptTo, content }: SmtpLetter,
): Promise<void> {
  const { address: ip } = await lookup(host)
  const client = await SmtpClient.open({
    target: { protocol: 'smtp', host, ip, port, tls: 'opportunistic', identity: null },
    ...{ helo, localAddress: null, times },
  })
  try {
    const lines = [`MAIL FROM:<${mailFrom}>`, ...rcptTo.map((each) => `RCPT TO:<${each}>`), 'DATA']
    for (const line of lines) {
      const reply = await client.command(line, 'mail', times.commandMs)
      if (reply.code >= 400) throw new Error(`${line.slice(0, 4)} was answered ${reply.code} ${reply.text}`)
    }
    client.write(content.replace(/(^|\r\n)\./g, '$1..'))
    const final = await client.command('.', 'final', times.finalMs)
    if (final.code >= 300) throw new Error(`it was answered ${final.code} ${final.text}`)
  } finally {
    client.quit()
  }
}
