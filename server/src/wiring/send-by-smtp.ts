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
 * Brings one mail to a server, past our queue, to those recipients that it takes. TLS where it is offered.
 * @param helo our own name
 * @throws DeliveryFault, Error: what it answered, of recipients where it took none
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
    const ask = async (line: string): Promise<string> => {
      const { code, text } = await client.command(line, 'mail', times.commandMs)
      return code >= 400 ? `${line.slice(0, 4)} was answered ${code} ${text}` : ''
    }
    const must = async (line: string) => {
      const why = await ask(line)
      if (why !== '') throw new Error(why)
    }
    await must(`MAIL FROM:<${mailFrom}>`)
    const refused: string[] = []
    for (const each of rcptTo) {
      const why = await ask(`RCPT TO:<${each}>`)
      if (why !== '') refused.push(why)
    }
    // One address that is wrong does not keep the others from hearing.
    if (refused.length === rcptTo.length) throw new Error(refused[0] ?? 'there is nobody to send to')
    await must('DATA')
    client.write(content.replace(/(^|\r\n)\./g, '$1..'))
    const final = await client.command('.', 'final', times.finalMs)
    if (final.code >= 300) throw new Error(`it was answered ${final.code} ${final.text}`)
  } finally {
    client.quit()
  }
}
