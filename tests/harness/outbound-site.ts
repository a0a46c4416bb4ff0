import type { NextHops } from './next-hops.ts'
import { TestSite } from './site.ts'
import { SmtpDialogue } from './smtp-dialogue.ts'
import { waitUntil } from './wait-until.ts'

/** Sender of everything that a site of `openOutboundSite` lets out. */
export const outboundSender = 'a@own.test'

/**
 * A site through which 127.0.0.1 sends to the world of `hops`. Every other throttling hop has told its pace; those of
 * the rest are to be learnt.
 */
export async function openOutboundSite(
  hops: NextHops,
  perMinute: number,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<TestSite> {
  const told = hops.of('throttling').filter((_, nth) => nth % 2 === 0)
  const site = await TestSite.start({
    settings: {
      'delivery.retry': ['1m', '2m', '4m'],
      // A notice of many recipients would wait among the rest, and be counted.
      'submission.adviceRecipients': 100_000,
      'delivery.receiverPaces': told.map(({ domain }) => `${domain}=${perMinute}`),
      ...hops.settings,
      ...settings,
    },
  })
  try {
    await site.must('tenant', 'add', 'own')
    await site.must('domain', 'add', 'own.test', '--tenant', 'own', '--next-hop', 'smtp://127.0.0.1:1')
    // One address writes to thousands from its first minute: volume is no sign of a stolen one here.
    await site.must('policy', 'set', 'tenant:own', 'outbound.sudden=0')
    await site.must('relay', 'add', 'own', '--network', '127.0.0.1/32')
    const [first] = hops.all
    await waitUntil('mail may leave', async () => {
      await using client = await SmtpDialogue.open(site.smtpPort)
      await client.hello()
      await client.command(`MAIL FROM:<${outboundSender}>`)
      return (await client.command(`RCPT TO:<x@${first?.domain}>`)).startsWith('250')
    })
    return site
  } catch (cause) {
    await site[Symbol.asyncDispose]()
    throw cause
  }
}
