import { formatMailDate } from '#ground/mail/mail-date.ts'
import type { LoopKind } from '#ground/mail/probe-address.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { newId } from '#ground/platform/ids.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { TracedMessage } from '#services/ledger/ledger-store.ts'
import type { ProbedComponent } from '#services/watch/probe-store.ts'
import {
  type HandedIn,
  type LoopEnd,
  type LoopMail,
  type MailLoop,
  runMailLoop,
} from '#services/watch/run-mail-loop.ts'
import type { Base } from './base.ts'
import { HandInFault, handIn } from './hand-in.ts'

/** A message of our own that has not come round by then has failed. */
export function loopDeadlineOf(config: Config): number {
  return Math.min(30_000, Math.max(5000, config['watch.probeEvery'] / 2))
}

/** One that was let go and is not delivered by then never will be. */
const releasedMs = 600_000

/** Which part of the service each loop speaks of. */
export const loopComponents: Readonly<Record<LoopKind, ProbedComponent>> = {
  in: 'inbound',
  out: 'outbound',
  aside: 'quarantine',
}

/** Ports of this process that messages of our own are handed in at. */
export interface LoopDoors {
  readonly mx: readonly number[]
  /** Where people log in to send; none: mail to the world goes in at the other one. */
  readonly submission: readonly number[]
}

/** Sends a message of our own round: in at a door of this process, through everything, out to a receiver of our own. */
export async function sendRound(kind: LoopKind, base: Base, doors: LoopDoors): Promise<LoopEnd> {
  const { stores, config, probeKey } = base
  const { token, address } = probeKey.make(kind)
  const lines = linesOf(address, config['site.host'])
  return runMailLoop({
    handIn: () =>
      takeIn(
        base,
        address,
        lines,
        kind === 'out' && doors.submission.length > 0 ? 'submission' : 'mx',
        doors,
      ),
    mail: async (id) => describe(await stores.ledger.read(id)),
    arrival: () => stores.readProbeMail.arrival(token),
    drop: (id) => stores.probeMail.drop(id),
    ...(kind === 'aside' && { aside: asideOf(base, lines) }),
    deadlineMs: loopDeadlineOf(config),
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
}

function linesOf(address: string, host: string): string[] {
  return [
    `From: Probe <probe@${host}>`,
    `To: <${address}>`,
    'Subject: A message of our own',
    `Date: ${formatMailDate(Date.now())}`,
    `Message-ID: <${newId(Date.now())}@${host}>`,
    'Auto-Submitted: auto-generated',
    '',
    'This message goes round within this site, to see whether mail gets through. Nobody reads it.',
  ]
}

async function takeIn(
  { config, probeLogin }: Base,
  rcptTo: string,
  lines: readonly string[],
  kind: keyof LoopDoors,
  { [kind]: ports }: LoopDoors,
): Promise<HandedIn> {
  const door = config[kind === 'mx' ? 'gateway.listen' : 'submission.listen'][0] ?? ''
  try {
    const login = kind === 'mx' ? undefined : await probeLogin.words()
    const { text, ...took } = await handIn(
      { mailFrom: '', rcptTo, lines },
      {
        config,
        door,
        ports,
        ...(login && { login }),
        finalMs: loopDeadlineOf(config),
        commandMs: loopDeadlineOf(config) / 2,
      },
    )
    const messageId = /Accepted as (\w+)/.exec(text)?.[1]
    return messageId
      ? { kind: 'taken', messageId, ...took }
      : { kind: 'refused', stage: 'accept', why: `it was answered ${text}` }
  } catch (cause) {
    const why = (cause as Error).message
    if (!(cause instanceof HandInFault && cause.isWhole)) return { kind: 'refused', stage: 'accept', why }
    // A door that has all of it and says nothing waits for the checks; what it refuses then, it could not write down.
    return { kind: 'refused', stage: cause.reply === null ? 'inspect' : 'decide', why }
  }
}

function describe(found: Awaited<ReturnType<Base['stores']['ledger']['read']>>): LoopMail | null {
  if (found?.kind !== 'message') return null
  const [delivery] = found.deliveries
  if (!delivery) return null
  const { state, reason, attempts, underWay, lastAttempt } = delivery
  return {
    ...{ state: found.state, delivery: state, reason, attempts, isUnderWay: underWay },
    reply: lastAttempt ? `${lastAttempt.code || ''} ${lastAttempt.reply}`.trim() : '',
    checksMs: checksOf(found),
  }
}

function checksOf({ explanation }: TracedMessage): number {
  return Object.values(explanation.timings).reduce((sum, each) => sum + each, 0)
}

/** Seen in the list, read, compared with what was sent, let go: as people do it. */
function asideOf({ stores, config }: Base, lines: readonly string[]): NonNullable<MailLoop['aside']> {
  return {
    async lookAndRelease(id) {
      const listed = await stores.readQuarantine.list({ tenant: probeTenant, messageIds: [id] }, 1)
      if (listed.length === 0) return 'it was set aside, and the list does not show it'
      const body = await stores.messages.readBody(id)
      if (body?.kind !== 'inline') return 'its content cannot be read'
      if (Buffer.from(body.bytes).toString('latin1').trimEnd() !== lines.join('\r\n'))
        return 'its content is not what was sent'
      const lifeMs = Math.min(config['delivery.expiryInbound'], releasedMs)
      const released = await stores.quarantine.release(id, null, Date.now(), lifeMs, 'mailkeep', false)
      return released === 1 ? null : 'it could not be released'
    },
  }
}
