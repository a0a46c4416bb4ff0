import { parseLane } from '#flow/spool/lane.ts'
import type { Acceptance } from '#flow/spool/message-store.ts'
import type { Job } from '../delivery-store.ts'
import { DeliveryFault } from '../fault.ts'
import type { Hop } from '../hop.ts'
import type { HopConnections } from '../hop-connections.ts'
import type { Hops } from '../hops.ts'
import { outcomeOf } from '../outcome.ts'
import { noWish } from '../sending/choose-path.ts'
import { isAboutRecipient } from '../sending/path.ts'

/** What does not work in a process, and at which step it was found. */
export interface StepFault {
  readonly step: string
  readonly why: string
}

/** A way that mail takes, to be tried. */
export interface Way {
  readonly lane: string
  /** An address there that takes synthetic messages; null: the conversation goes as far as RCPT and no further. */
  readonly rcptTo: string | null
}

export interface TryOutParts {
  readonly hops: Hops
  readonly connections: HopConnections
  /** The ways that the mail of the site takes now; @throws where they cannot be read. */
  readonly ways: () => Promise<readonly Way[]>
  readonly compose: (rcptTo: string, lane: string) => Acceptance
  /** Makes a synthetic message durable, leased to this process, and answers it as a job. */
  readonly accept: (acceptance: Acceptance) => Promise<Job>
  /** Sends it as any other; answers what the next hop said, or null: it took it. */
  readonly deliver: (job: Job, hop: Hop) => Promise<StepFault | null>
  /** Takes back one that was put off, so that nobody else sends it. */
  readonly withdraw: (messageId: string) => Promise<void>
}

/**
 * Sends one synthetic message over each way: written to the database, over a new connection to the real next hop, with
 * TLS where it is offered, and what became of it written down. Never throws.
 * @returns the first thing that does not work, or null
 */
export async function tryOut(parts: TryOutParts): Promise<StepFault | null> {
  let ways: readonly Way[]
  try {
    ways = await parts.ways()
  } catch (cause) {
    return { step: 'database', why: (cause as Error).message }
  }
  for (const way of ways) {
    const hop = parts.hops.of(parseLane(way.lane), null)
    if (hop === null) return { step: 'route', why: `nobody can say where mail for ${way.lane} goes` }
    const fault = hop.hop.kind === 'maildir' ? null : await converse(parts, hop, way)
    if (fault) return fault
    const late = way.rcptTo === null ? null : await sendThrough(parts, hop, { ...way, rcptTo: way.rcptTo })
    if (late) return late
  }
  return null
}

/** A conversation of its own, up to RCPT, without a message. */
async function converse({ connections }: TryOutParts, hop: Hop, way: Way): Promise<StepFault | null> {
  const domain = parseLane(way.lane).domain
  const { commandMs } = connections.times(hop)
  connections.closeAll([hop])
  try {
    const client = await connections.take(hop, noWish)
    try {
      if (client.tls === '' && client.extensions.has('STARTTLS'))
        return { step: 'starttls', why: `${hop.name} offers TLS, and no handshake came about` }
      const said = [
        ['mail', await client.command('MAIL FROM:<>', 'mail', commandMs)],
        [
          'rcpt',
          await client.command(`RCPT TO:<${way.rcptTo ?? `postmaster@${domain}`}>`, 'rcpt', commandMs),
        ],
      ] as const
      await client.command('RSET', 'mail', commandMs)
      for (const [step, reply] of said) {
        const outcome = outcomeOf(reply, step, client.target.host)
        if (outcome.kind === 'delivered' || (step === 'rcpt' && isAboutRecipient(outcome.class))) continue
        return { step, why: `${hop.name} answered ${reply.code} ${reply.text}` }
      }
      return null
    } finally {
      client.quit()
    }
  } catch (cause) {
    const step = cause instanceof DeliveryFault ? cause.phase : 'local'
    return { step, why: `${hop.name}: ${(cause as Error).message}` }
  }
}

async function sendThrough(
  { compose, accept, deliver, withdraw }: TryOutParts,
  hop: Hop,
  { lane, rcptTo }: { readonly lane: string; readonly rcptTo: string },
): Promise<StepFault | null> {
  try {
    const job = await accept(compose(rcptTo, lane))
    const fault = await deliver(job, hop)
    if (fault) await withdraw(job.message.id)
    return fault
  } catch (cause) {
    return { step: 'database', why: (cause as Error).message }
  }
}
