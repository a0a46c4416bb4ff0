import { type Sent, sendLoad } from '../harness/load.ts'
import type { Sink } from '../harness/sink.ts'
import type { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Mail as fast as the site takes it, over eight connections whose senders come again. */
export function sendAtOnce(
  site: TestSite,
  messages: number,
  rcptTo: (index: number) => string,
): Promise<Sent[]> {
  return sendLoad({
    comesAgain: true,
    port: () => site.smtpPort,
    messages,
    connections: 8,
    perConnection: 100,
    rcptTo,
  })
}

/** 30 letters a second to b@site.example, which are added to `sent`; answers what each took to be answered (ms). */
export async function sendSteadily(site: TestSite, seconds: number, sent: Sent[]): Promise<number[]> {
  const part = await sendLoad({
    port: () => site.smtpPort,
    messages: seconds * 30,
    rate: 30,
    connections: 4,
    perConnection: 50,
    rcptTo: () => 'b@site.example',
  })
  sent.push(...part)
  return part.map((each) => each.tookMs)
}

/** Waits until so many messages lie in these sinks, each counted once. */
export async function arrives(count: number, ...sinks: readonly Sink[]): Promise<void> {
  const copies = () => sinks.reduce((sum, each) => sum + each.copies().size, 0)
  await waitUntil('all of it arrives', () => copies() >= count, 300_000)
}
