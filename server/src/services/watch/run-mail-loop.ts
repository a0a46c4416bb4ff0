import type { ProbeArrival } from './probe-mail-store.ts'
import type { ProbeStage, ProbeStep } from './probe-store.ts'

/** A message of our own at our own door, from the first word to the last answer. */
export type HandedIn =
  | {
      readonly kind: 'taken'
      readonly messageId: string
      /** Milliseconds until the door wanted the content, and from its end until it was taken. */
      readonly openMs: number
      readonly answerMs: number
    }
  | { readonly kind: 'refused'; readonly stage: ProbeStage; readonly why: string }

/** What is known of it in the spool. */
export interface LoopMail {
  /** inspecting: the checks go on. */
  readonly state: string
  /** Of its one recipient. */
  readonly delivery: string
  readonly reason: string
  readonly attempts: number
  readonly isUnderWay: boolean
  readonly reply: string
  /** Time that the checks took together. */
  readonly checksMs: number
}

export interface MailLoop {
  /** Brings it to our own door as somebody from outside would. Never throws. */
  handIn(): Promise<HandedIn>
  /** Null: the spool has none of this id. */
  mail(messageId: string): Promise<LoopMail | null>
  arrival(): Promise<ProbeArrival | null>
  /** Takes what is left of it out of the spool. */
  drop(messageId: string): Promise<unknown>
  /** What is to be seen once it is set aside, and how it is let go; absent: it is not set aside. */
  readonly aside?: {
    /** Null: it is in the list, its content is what was sent, and it was let go; else what was not so. */
    lookAndRelease(messageId: string): Promise<string | null>
  }
  readonly deadlineMs: number
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<unknown>
}

/** How a loop ended. */
export interface LoopEnd {
  /** Null: the message has come round. */
  readonly failed: string | null
  readonly stage?: ProbeStage
  readonly steps: readonly ProbeStep[]
}

const firstWaitMs = 20
const longestWaitMs = 500

/** Sends one message of our own round, and says how long each stage took or where it has stopped. */
export async function runMailLoop(loop: MailLoop): Promise<LoopEnd> {
  const until = loop.now() + loop.deadlineMs
  const handed = await loop.handIn()
  if (handed.kind === 'refused') return { failed: handed.why, stage: handed.stage, steps: [] }
  const { messageId, openMs, answerMs } = handed
  try {
    const takenAt = loop.now()
    const letGo = loop.aside ? await letGoOf(loop, messageId, until) : { failed: null }
    const steps = [step('accept', openMs), ...stepsOf(answerMs, await loop.mail(messageId))]
    if (letGo.failed !== null) return { ...letGo, steps }
    const leftAt = loop.aside ? loop.now() : takenAt
    const arrival = await waitFor(() => loop.arrival(), loop, until)
    if (arrival === null) return { ...whereIs(await loop.mail(messageId)), steps }
    return {
      failed: null,
      steps: [
        ...steps,
        step('wait', arrival.begunAt - leftAt),
        step('deliver', arrival.at - arrival.begunAt),
        step('return', loop.now() - arrival.at),
      ],
    }
  } finally {
    await loop.drop(messageId).catch(() => undefined)
  }
}

/** Waits until it is set aside, looks at it, and lets it go. */
async function letGoOf(
  loop: MailLoop,
  messageId: string,
  until: number,
): Promise<Pick<LoopEnd, 'failed' | 'stage'>> {
  const aside = await waitFor(
    async () => ((await loop.mail(messageId))?.delivery === 'quarantined' ? true : null),
    loop,
    until,
  )
  if (aside === null) return whereIs(await loop.mail(messageId))
  const why = (await loop.aside?.lookAndRelease(messageId)) ?? null
  return why === null ? { failed: null } : { failed: why, stage: 'decide' }
}

async function waitFor<Found>(
  look: () => Promise<Found | null>,
  { now, sleep }: MailLoop,
  until: number,
): Promise<Found | null> {
  for (let wait = firstWaitMs; ; wait = Math.min(2 * wait, longestWaitMs)) {
    const found = await look()
    if (found !== null || now() >= until) return found
    await sleep(Math.max(1, Math.min(wait, until - now())))
  }
}

function whereIs(mail: LoopMail | null): { readonly failed: string; readonly stage: ProbeStage } {
  if (mail === null) return { stage: 'decide', failed: 'it was taken, and the spool does not have it' }
  const { state, delivery, reason, attempts, isUnderWay, reply } = mail
  if (state === 'inspecting' || reason === 'inspecting')
    return { stage: 'inspect', failed: 'its checks have not ended' }
  if (delivery === 'delivered')
    return { stage: 'return', failed: 'it was handed on, and its arrival is not known' }
  if (delivery !== 'waiting') return { stage: 'decide', failed: `it is ${delivery}: ${reason}` }
  if (attempts === 0 && !isUnderWay) return { stage: 'wait', failed: 'nobody has taken it up for delivery' }
  return { stage: 'deliver', failed: reply === '' ? 'its delivery does not end' : reply }
}

/** What the answer to its content took is the checks, and then the decision until it was durable. */
function stepsOf(answerMs: number, mail: LoopMail | null): ProbeStep[] {
  const inspectMs = Math.min(answerMs, mail?.checksMs ?? 0)
  return [step('inspect', inspectMs), step('decide', answerMs - inspectMs)]
}

const step = (stage: ProbeStage, tookMs: number): ProbeStep => ({
  stage,
  tookMs: Math.max(0, Math.round(tookMs * 10) / 10),
})
