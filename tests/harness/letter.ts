import type { Sink } from './sink.ts'
import type { TestSite } from './site.ts'
import { SmtpDialogue } from './smtp-dialogue.ts'

export interface Letter {
  readonly to: string | readonly string[]
  /** Subject, and the Message-ID `<name@letter.example>`. */
  readonly name: string
  /** Envelope sender; the author too, unless it is empty. */
  readonly from?: string
  /** More header, with line ends. */
  readonly header?: string
  readonly body?: string
  /** Parameters of MAIL and RCPT. */
  readonly mail?: string
  readonly rcpt?: string
}

export function composeLetter({ name, from = sender, header = '', body = 'words\r\n' }: Letter): string {
  return `${header}From: ${from || 'mailer-daemon@letter.example'}\r\nSubject: ${name}\r\nMessage-ID: <${name}@letter.example>\r\n\r\n${body}`
}

const sender = 'a@sender.example'

/** Text that the checks take for spam, whatever they have learnt; in pieces, so that this file is none. */
export const unwantedBody = [
  'XJS*C4JDBQADN1.NSBN3*2IDNEN',
  'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n',
].join('*')

/** Hands a letter in; answers the id that the site gave it. @throws Error with the reply when it was refused */
export async function sendLetter(site: TestSite, letter: Letter): Promise<string> {
  const { to, from = sender, mail = '', rcpt = '' } = letter
  await using client = await SmtpDialogue.open(site.smtpPort)
  await client.hello()
  await client.command(`MAIL FROM:<${from}>${mail}`)
  const said: string[] = []
  for (const each of typeof to === 'string' ? [to] : to)
    said.push(await client.command(`RCPT TO:<${each}>${rcpt}`))
  const ready = await client.command('DATA')
  if (!ready.startsWith('354'))
    throw new Error(`${letter.name} was answered ${ready} at DATA, after ${said.join(', ')}`)
  client.send(Buffer.from(composeLetter(letter).replace(/(^|\r\n)\./g, '$1..'), 'latin1'))
  const reply = await client.command('.', 60_000)
  const id = /^250 .*Accepted as (\w+)/.exec(reply)?.[1]
  if (id === undefined) throw new Error(`${letter.name} was answered ${reply}`)
  return id
}

/** How often a letter has arrived at a sink. */
export function arrivals(sink: Sink, name: string): number {
  return sink.messages.filter((each) => each.headerMessageId === `<${name}@letter.example>`).length
}
