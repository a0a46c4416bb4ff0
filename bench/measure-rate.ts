import type { MailSource } from '../tests/harness/people/mail-source.ts'
import type { TestSite } from '../tests/harness/site.ts'
import { waitUntil } from '../tests/harness/wait-until.ts'

const warmUp = 6000
const capacityMessages = 6000
/** Of what the machine can do. */
const share = 0.6

interface RateOptions {
  readonly site: TestSite
  readonly source: MailSource
  readonly mailboxes: readonly string[]
  /** Of a message, in bytes. */
  readonly size: number
}

/** Messages a second that are 60 % of what a site takes and delivers on this machine. */
export async function measureRate({ site, source, mailboxes, size }: RateOptions): Promise<number> {
  const carry = async (messages: number) => {
    await source.send({ port: site.smtpPort, messages, rate: 0, size, mailboxes })
    // What is taken faster than it leaves is no capacity: it ends when the last one is delivered.
    await waitUntil('all of it is delivered', async () => (await site.books()).waiting === 0, 120_000, 50)
  }
  await carry(warmUp)
  const since = performance.now()
  await carry(capacityMessages)
  return (share * capacityMessages) / ((performance.now() - since) / 1000)
}
