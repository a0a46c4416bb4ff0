import { randomBytes } from 'node:crypto'
import { SmtpDialogue } from './smtp-dialogue.ts'

export interface LoadOptions {
  readonly port: () => number
  readonly messages: number
  readonly connections: number
  readonly rcptTo: (index: number) => string
  readonly mailFrom?: string
  /** Size of a message in bytes. */
  readonly size?: number
  /** Messages on one connection before it is closed; 1 if absent. */
  readonly perConnection?: number
  /** Messages a second, all connections together; as fast as possible if absent. */
  readonly rate?: number
  /** Content in place of the one that is made up; the Message-ID field is put above it. */
  readonly content?: (index: number) => string
  readonly stop?: AbortSignal
  /** What hears 4xx comes again on its connection, as mail servers have it: a store that stands still for seconds takes nothing. */
  readonly comesAgain?: boolean
}

/** What one message came to, as its sender saw it. */
export interface Sent {
  readonly id: string
  readonly rcptTo: string
  /** acknowledged: 250. refused: 4xx or 5xx. unknown: the connection broke before the answer. */
  readonly outcome: 'acknowledged' | 'refused' | 'unknown'
  readonly reply: string
  /** When it was answered; what was put off: for the first time. */
  readonly at: number
  /** From the final dot to the reply, in milliseconds; what was put off: from the first try to the last reply. */
  readonly tookMs: number
  /** How often it heard 4xx and came again; null: its sender does not. */
  readonly putOff: number | null
}

/** A server that nobody reaches for so long does not come back; a test then fails instead of hanging. */
const longestAway = 120_000
/** Between two tries of what is put off. */
const againAfterMs = 500

/**
 * Sends messages with known Message-IDs and remembers what each was answered. It ends early where `port` says 0: the
 * site is gone for good. Nobody needs to wait for it: a test that fails meanwhile is told by its own fault alone.
 */
export function sendLoad(options: LoadOptions): Promise<Sent[]> {
  const sending = send(options)
  sending.catch(() => undefined)
  return sending
}

async function send(options: LoadOptions): Promise<Sent[]> {
  const sent: Sent[] = []
  const run = randomBytes(4).toString('hex')
  let next = 0
  const started = Date.now()
  let answeredAt = started
  const filler = `${'x'.repeat(70)}\r\n`.repeat(Math.max(0, Math.floor(((options.size ?? 2000) - 300) / 72)))
  const isOver = () => next >= options.messages || options.stop?.aborted || options.port() === 0
  const worker = async () => {
    while (!isOver()) {
      let dialogue: SmtpDialogue | null = null
      try {
        dialogue = await SmtpDialogue.open(options.port())
        await dialogue.hello()
        answeredAt = Date.now()
      } catch (cause) {
        // One that was opened and never greeted would keep the process alive.
        dialogue?.destroy()
        if (Date.now() - answeredAt > longestAway) throw cause
        await new Promise((resolve) => setTimeout(resolve, 20))
        continue
      }
      for (let i = 0; i < (options.perConnection ?? 1) && !isOver() && !dialogue.isClosed; i++) {
        const index = next++
        if (options.rate) await pause(started + (index / options.rate) * 1000 - Date.now())
        const id = `<${run}.${index}@load.example>`
        const giveUpAt = options.comesAgain ? Date.now() + longestAway : 0
        const since = performance.now()
        const first = await sendOne(dialogue, options, id, index, filler)
        let [one, putOff] = [first, 0]
        while (isPutOff(one) && Date.now() < giveUpAt && !dialogue.isClosed && !options.stop?.aborted) {
          await pause(againAfterMs)
          one = await sendOne(dialogue, options, id, index, filler)
          putOff += 1
        }
        const whole = { at: first.at, tookMs: performance.now() - since, putOff }
        sent.push(putOff === 0 ? one : { ...one, ...whole })
      }
      dialogue.send('QUIT\r\n')
      dialogue.destroy()
    }
  }
  await Promise.all(Array.from({ length: options.connections }, worker))
  return sent
}

const isPutOff = ({ outcome, reply }: Sent) => outcome === 'refused' && reply.startsWith('4')

async function sendOne(
  dialogue: SmtpDialogue,
  options: LoadOptions,
  id: string,
  index: number,
  filler: string,
): Promise<Sent> {
  const rcptTo = options.rcptTo(index)
  const content =
    options.content?.(index) ??
    `From: Load <load@load.example>\r\nTo: <${rcptTo}>\r\nSubject: message ${index}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n${filler}`
  let since = performance.now()
  const end = (outcome: Sent['outcome'], reply: string): Sent => ({
    id,
    rcptTo,
    outcome,
    reply,
    at: Date.now(),
    tookMs: performance.now() - since,
    putOff: options.comesAgain ? 0 : null,
  })
  try {
    dialogue.send(`MAIL FROM:<${options.mailFrom ?? 'load@load.example'}>\r\nRCPT TO:<${rcptTo}>\r\n`)
    const [mail, rcpt] = [await dialogue.reply(), await dialogue.reply()]
    const early = !mail.startsWith('250') ? mail : rcpt
    if (!early.startsWith('250')) {
      if (early !== '') await dialogue.command('RSET')
      return end(early === '' ? 'unknown' : 'refused', early)
    }
    const data = await dialogue.command('DATA')
    if (!data.startsWith('354')) return end(data === '' ? 'unknown' : 'refused', data)
    since = performance.now()
    dialogue.send(`Message-ID: ${id}\r\n${content}.\r\n`)
    const reply = await dialogue.reply(120_000)
    return end(reply.startsWith('250') ? 'acknowledged' : reply === '' ? 'unknown' : 'refused', reply)
  } catch (cause) {
    dialogue.destroy()
    return end('unknown', String(cause))
  }
}

function pause(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
}
