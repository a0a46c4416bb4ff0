import type { Alarms } from '#ground/platform/alarms.ts'
import { judgeSender, leastVolume } from '#ground/senders/judge-sender.ts'
import type { ActiveSender, SenderStore, SuspendedSender } from './sender-store.ts'

/** A mail of ours to a mailbox that sends much, or may not send for now. */
export interface SenderMail {
  readonly kind: 'much' | 'suspended'
  readonly sender: string
  readonly tenant: string
  readonly recipients: number
}

export interface SenderParts {
  readonly senders: SenderStore
  readonly readSenders: SenderStore
  readonly send: (mail: SenderMail) => Promise<void>
  readonly alarms: Alarms
  readonly now: () => number
  readonly limits: () => {
    /** Recipients in an hour from which it is told; 0: never. */
    readonly advice: number
    /** How long held mail waits. */
    readonly keepMs: number
  }
  /** Recipients in an hour from which volume may be sudden, for a mailbox; 0: never. @throws Error while nothing is known */
  readonly suddenOf: (sender: string) => number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const mostActive = 500
const mostSuspended = 1000
/** Steps in which one round holds what waits of a mailbox; the next round goes on. */
const mostSteps = 20
/** What is known of a sender is looked at again after this time. */
const lookEveryMs = 10_000
const slotsKeptMs = 3 * hourMs
const hoursKeptMs = 35 * dayMs

/** What the rounds remember between them. */
export class SenderRounds {
  readonly looked = new Map<string, number>()
  readonly raised = new Set<string>()
}

/**
 * Looks after who sends how much: tells those who send much, suspends mailboxes that send as stolen ones do (which the
 * gateway has not seen, such as by refusals of receivers), holds what waits of them, and raises and clears their alarms.
 */
export async function attendToSenders(parts: SenderParts, rounds: SenderRounds): Promise<void> {
  const { senders, readSenders, now, limits } = parts
  const { advice, keepMs } = limits()
  for (const each of await readSenders.active(now() - hourMs, 15, mostActive)) {
    if (advice > 0 && each.recipients >= advice) await advise(parts, each)
    if (!each.isSuspended) await judge(parts, rounds, each)
  }
  const suspended = await readSenders.suspended({}, mostSuspended)
  for (const each of suspended) await attendTo(parts, rounds, each)
  for (const sender of rounds.raised)
    if (!suspended.some((each) => each.sender === sender)) {
      parts.alarms.clear('sender-suspended', sender)
      rounds.raised.delete(sender)
    }
  await senders.expire(now() - keepMs, now(), 200)
  await senders.forget(now() - slotsKeptMs, now() - hoursKeptMs)
}

async function advise(
  { senders, send, alarms, now }: SenderParts,
  { sender, tenant, recipients, advisedAt }: ActiveSender,
): Promise<void> {
  if (advisedAt !== null && advisedAt > now() - dayMs) return
  if (!(await senders.claimAdvice(sender, tenant, now(), now() - dayMs))) return
  alarms.pulse(
    'sending-volume',
    sender,
    `${sender} has written to ${recipients} recipients within an hour; is it a list, or somebody else who has the password?`,
    hourMs,
  )
  await send({ kind: 'much', sender, tenant, recipients })
}

async function judge(
  { senders, readSenders, suddenOf, now }: SenderParts,
  { looked }: SenderRounds,
  { sender, tenant, recipients }: ActiveSender,
): Promise<void> {
  const sudden = suddenOf(sender)
  const at = now()
  if (recipients < leastVolume(sudden) || at - (looked.get(sender) ?? 0) < lookEveryMs) return
  if (looked.size > mostActive * 4) looked.clear()
  looked.set(sender, at)
  const known = await readSenders.figures({
    ...{ sender, addresses: await readSenders.addresses(sender), now: at, recipients: [], ip: '' },
  })
  const { isSuspicious, signs } = judgeSender({ ...known, hour: recipients }, sudden)
  if (isSuspicious)
    await senders.noteSuspect({ sender, tenant, instance: '', recipients: 0, at, suspect: signs })
}

async function attendTo(
  { senders, send, alarms, now }: SenderParts,
  { raised }: SenderRounds,
  { sender, tenant, since, why, toldAt, held }: SuspendedSender,
): Promise<void> {
  let moved = 0
  for (let n = 0; n < mostSteps; n++) {
    const held = await senders.holdWaiting(sender, since - dayMs, now())
    if (held === 0) break
    moved += held
  }
  raised.add(sender)
  alarms.raise(
    'sender-suspended',
    sender,
    `sending by ${sender} is suspended: ${why.join('; ')}. ${held + moved} of its deliveries are held; "mailkeep sender free" or "mailkeep sender reset" decides`,
  )
  if (toldAt === null && (await senders.claimTold(sender, now())))
    await send({ kind: 'suspended', sender, tenant, recipients: held + moved })
}
