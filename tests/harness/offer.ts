import { setTimeout as sleep } from 'node:timers/promises'
import { SmtpDialogue } from './smtp-dialogue.ts'

/** A message with the client that it comes from, as a front that is trusted names it by XCLIENT. */
export interface Offer {
  readonly ip: string
  readonly helo: string
  readonly mailFrom: string
  readonly to: string
  readonly content: string
}

export interface Offered extends Offer {
  /** The last reply. */
  readonly reply: string
  /** Id that the site gave it; empty where it refused. */
  readonly id: string
  readonly tookMs: number
}

/** Sends messages of many clients over a few connections. The site must trust loopback (gateway.trustXclient). */
export async function offerAll(port: number, offers: readonly Offer[], connections = 4): Promise<Offered[]> {
  const offered: Offered[] = []
  const waiting = [...offers]
  const work = async () => {
    await using dialogue = await SmtpDialogue.open(port)
    await dialogue.hello('front.example')
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await dialogue.command(`XCLIENT ADDR=${next.ip} HELO=${next.helo}`)
      await dialogue.command(`EHLO ${next.helo}`)
      const started = performance.now()
      const reply = await dialogue.message(next.mailFrom, next.to, next.content)
      if (!reply.startsWith('250')) await dialogue.command('RSET')
      const id = /Accepted as (\w+)/.exec(reply)?.[1] ?? ''
      offered.push({ ...next, reply, id, tookMs: performance.now() - started })
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  return offered
}

/** The same; what hears 4xx comes again for a minute, as a mail server does. The last answers, in no order. */
export async function offerUntilAnswered(
  port: number,
  offers: readonly Offer[],
  connections = 4,
): Promise<Offered[]> {
  const until = Date.now() + 60_000
  const answered: Offered[] = []
  for (let waiting = offers; ; await sleep(500)) {
    const round = await offerAll(port, waiting, connections)
    const isOver = Date.now() > until
    answered.push(...round.filter((each) => isOver || !each.reply.startsWith('4')))
    waiting = round.filter((each) => !isOver && each.reply.startsWith('4'))
    if (waiting.length === 0) return answered
  }
}
