import { checkReply } from './check-reply.ts'
import { type CheckResult, fault, judged, passed, unknown } from './check-result.ts'
import { lookAtDomain } from './look-at-domain.ts'
import type { MailState, RadarParts } from './radar-parts.ts'
import type { Outcome, RadarTest } from './radar-store.ts'
import { scoreOf } from './score.ts'
import { newTest } from './start-test.ts'

/** Tests that one process works at side by side. */
const sideBySide = 4
const lookAgainMs = 1500
const mostAttempts = 3

/** Works at the tests that have something to do: looks, sends, waits for delivery, and reads what came back. */
export async function advanceTests(parts: RadarParts): Promise<number> {
  const { radar, now, node } = parts
  // Whoever has taken a test and is gone has it no longer after this; who is at work is never taken for gone.
  const leaseUntil = now() + 2 * parts.times().lookMs
  const claimed = await radar.claimTests(node, now(), leaseUntil, sideBySide)
  await Promise.all(claimed.map((test) => advanceTest(test, leaseUntil, parts)))
  return claimed.length
}

async function advanceTest(test: RadarTest, leaseUntil: number, parts: RadarParts): Promise<void> {
  try {
    const { radar, now } = parts
    const {
      test: saved,
      dueAt,
      next,
    } = test.state === 'waiting'
      ? await readReply(test, parts)
      : now() >= test.oursUntil
        ? await giveUp(test, 'our part was not done in time', parts)
        : test.results.length === 0
          ? await begin(test, parts)
          : await awaitDelivery(test, parts)
    // Who was frozen meanwhile finds that somebody else has gone on with it: what he knows is of no use any more.
    await radar.saveTest(saved, dueAt, { leaseUntil, next: next ?? null })
  } catch (cause) {
    // It stays claimed, and is taken up again when the lease is over: nothing of it is lost.
    parts.alarms.pulse(
      'job-failed',
      'radar',
      `a test of Radar could not go on: ${(cause as Error).message}`,
      120_000,
    )
  }
}

interface Step {
  readonly test: RadarTest
  /** When there is something to do again; null: never. */
  readonly dueAt: number | null
  /** The test that runs it again. */
  readonly next?: RadarTest
}

/** Hands the mail over first, so that it is on its way while everything else is looked at. */
async function begin(test: RadarTest, parts: RadarParts): Promise<Step> {
  const { now, node } = parts
  const sent = await sendMail(test, parts)
  if (typeof sent === 'string') return giveUp({ ...test, node }, sent, parts)
  const rcptTo = test.address ?? `postmaster@${test.domain}`
  const looked = await lookAtDomain(test.domain, rcptTo, parts.times().lookMs, parts.look)
  const begun = { ...test, ...sent, node }
  if (begun.messageId === null) return endOurs(begun, looked, parts)
  const results = [unknown('delivery', 'the test mail is on its way'), ...looked]
  return awaitDelivery({ ...begun, results, score: null }, { ...parts, now })
}

/** Opens the address for the reply before the mail leaves. A text: why it could not be sent. */
async function sendMail(
  test: RadarTest,
  { radar, send, look }: RadarParts,
): Promise<Pick<RadarTest, 'messageId'> | string> {
  const { address, token, messageId, tenant, domain } = test
  if (address === null || token === null || messageId !== null) return { messageId }
  await radar.openToken(token, test.replyUntil)
  try {
    const isOutside = (await look.ownDomain(domain)) === null
    return { messageId: await send({ to: address, tenant, token, kind: 'test', isOutside }) }
  } catch (cause) {
    return `the test mail could not be handed over here: ${(cause as Error).message}`
  }
}

async function awaitDelivery(test: RadarTest, parts: RadarParts): Promise<Step> {
  const { now, mailState } = parts
  if (test.messageId === null) return giveUp(test, 'the test mail is gone', parts)
  const state = await mailState(test.messageId)
  if (state.kind === 'waiting' && now() < test.oursUntil)
    return { test, dueAt: Math.min(now() + lookAgainMs, test.oursUntil) }
  return settle(test, state, parts)
}

async function settle(test: RadarTest, state: MailState, parts: RadarParts): Promise<Step> {
  const looked = test.results.filter((each) => each.check !== 'delivery')
  switch (state.kind) {
    case 'delivered':
      return endOurs(
        { ...test, deliveredAt: state.at },
        [passed('delivery', 'their server took the test mail'), ...looked],
        parts,
      )
    case 'refused':
      return endOurs(test, [refusedBy(state.says), ...looked], parts)
    case 'lost':
      return giveUp(test, state.says, parts)
    case 'waiting':
      // What nobody has tried yet is our own delay.
      return state.attempts === 0
        ? giveUp(test, 'the test mail was not tried in time', parts)
        : endOurs(test, [stuckAt(state.says), ...looked], parts)
  }
}

function refusedBy(says: string): CheckResult {
  return judged(
    'delivery',
    [
      fault(
        'mail-refused',
        `their server refused the test mail: ${says}`,
        'Look whether the address is right, and why the server refuses it.',
      ),
    ],
    '',
  )
}

function stuckAt(says: string): CheckResult {
  return judged(
    'delivery',
    [
      fault(
        'mail-stuck',
        `their server did not take the test mail: ${says}`,
        'Look why it puts mail off; it is tried again until the mail is taken.',
      ),
    ],
    '',
  )
}

/** Our part is done: what is left, if anything, is to wait for the reply. */
function endOurs(test: RadarTest, results: readonly CheckResult[], parts: RadarParts): Step {
  const at = parts.now()
  const score = scoreOf(results)
  // Nothing at all could be told: that is no result.
  if (score === null) return giveUp(test, 'no check could be made: DNS does not answer here', parts)
  const delivery = results.find((each) => each.check === 'delivery')
  const mx = results.find((each) => each.check === 'mx')
  const isMissing = mx?.faults.some((each) => each.code === 'mx-missing') === true
  // Mail that arrived has found its way, whatever DNS says.
  const hasFailed = delivery ? delivery.state === 'failed' : isMissing
  const outcome: Outcome = hasFailed ? 'failed' : 'passed'
  const waits = test.address !== null && outcome === 'passed'
  const says = delivery?.says ?? (isMissing ? (mx?.says ?? '') : 'the domain was looked at')
  const next = { ...test, results, score, outcome, says }
  if (waits) return { test: { ...next, state: 'waiting' }, dueAt: test.replyUntil }
  return { test: { ...next, state: 'ended', endedAt: at }, dueAt: null }
}

async function readReply(test: RadarTest, parts: RadarParts): Promise<Step> {
  const { radar, now, look } = parts
  const reply = test.token === null ? null : await radar.reply(test.token)
  if (reply === null) {
    if (now() < test.replyUntil) return { test, dueAt: test.replyUntil }
    const says = 'nobody has answered: what the domain sends was not looked at'
    return { test: { ...test, state: 'ended', endedAt: now(), says }, dueAt: null }
  }
  const results = await checkReply(test.domain, reply, test.results, look)
  const outcome = reply.kind === 'bounce' ? 'failed' : 'passed'
  const says =
    reply.kind === 'bounce'
      ? 'the test mail came back as undeliverable'
      : 'the mail got there, and the reply came back'
  return {
    test: { ...test, reply, results, score: scoreOf(results), outcome, says, state: 'ended', endedAt: now() },
    dueAt: null,
  }
}

/** A fault of ours: counts against nobody, and another test takes its place, on another node where there is one. */
function giveUp(test: RadarTest, says: string, parts: RadarParts): Step {
  const ended = {
    ...test,
    state: 'ended',
    outcome: 'inconclusive',
    says,
    score: null,
    endedAt: parts.now(),
  } as const
  return test.attempt >= mostAttempts ? { test: ended, dueAt: null } : runAgain(ended, parts)
}

function runAgain(ended: RadarTest, parts: RadarParts): Step {
  const { newId, now, times } = parts
  const { tenant, domain, address, askedBy, id, attempt, node } = ended
  const at = now() + times().againMs
  const next = {
    ...newTest({ id: newId(), tenant, domain, address, askedBy, at }, parts),
    attempt: attempt + 1,
    before: id,
    node,
  }
  return { test: { ...ended, again: next.id }, dueAt: null, next }
}
