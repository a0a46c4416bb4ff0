import { randomInt } from 'node:crypto'
import { hashSecret } from '#services/access/secret.ts'
import { changeRecorded } from '#services/directory/recorded-change.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { HeldParts } from './held-parts.ts'
import { type HeldWay, heldWayOf } from './held-settings.ts'
import { type HeldLine, inHeld } from './held-store.ts'

const codeLifeMs = 15 * 60_000
const codeTries = 5

/** On whose link something is done. */
export interface SenderOrder extends HeldParts {
  /** The secret of the link. */
  readonly secret: string
  /** Address that the order came from. */
  readonly ip: string
}

/** What a link shows. */
export interface HeldView {
  readonly line: HeldLine
  readonly way: HeldWay
}

/**
 * What a press of a button has come to. `idle`: somebody was faster; `code`: one is on its way to him; `over`: none
 * counts any more, so he has to ask for one.
 */
export type HeldDone = 'released' | 'withdrawn' | 'asked' | 'code' | 'wrong-code' | 'over' | 'idle'

/** The message of a link; changes nothing. Null: there is none, or it was decided long ago. */
export async function lookAtHeld({ readHeld, settingsOf, secret }: SenderOrder): Promise<HeldView | null> {
  const line = await readHeld.link(hashSecret(secret))
  return line && { line, way: heldWayOf(settingsOf(line.sender, line.tenant), line) }
}

/**
 * The sender sends it all the same: at once, with the code that came by mail, or by asking his managers, as policy says.
 * @param code what he has typed; null: he has none yet, and gets one where policy wants it
 * @throws OrderError
 */
export async function releaseOwn(order: SenderOrder, code: string | null): Promise<HeldDone> {
  const { line, way } = await mine(order)
  if (line.held === 0 || line.isJudged) return 'idle'
  if (way === 'manager') throw new OrderError('forbidden', 'this message can be released by a manager only')
  if (way === 'request') return askForRelease(order, line)
  if (way === 'code') {
    if (code === null) return sendCode(order, line)
    const used = await order.held.useCode(line.messageId, hashCode(order.secret, code), order.now())
    // Nothing is sent for a guess: each code that is sent brings tries with it.
    if (used !== 'right') return used === 'wrong' ? 'wrong-code' : 'over'
  }
  return (await act(order, line, 'release')) > 0 ? 'released' : 'idle'
}

/** The sender takes it back: nobody gets it. @throws OrderError */
export async function withdrawOwn(order: SenderOrder): Promise<HeldDone> {
  const { line } = await mine(order)
  return (await act(order, line, 'withdraw')) > 0 ? 'withdrawn' : 'idle'
}

async function mine(order: SenderOrder): Promise<HeldView> {
  const view = await lookAtHeld(order)
  if (!view) throw new OrderError('not-found', 'there is no such message')
  return view
}

function act(
  { held, now, ip, times }: SenderOrder,
  { messageId, sender }: HeldLine,
  action: 'release' | 'withdraw',
): Promise<number> {
  const { lifeMs } = times()
  return held.act({ action, messageId, who: `person:${sender}`, ip, at: now(), lifeMs, mayVirus: false })
}

async function askForRelease(order: SenderOrder, line: HeldLine): Promise<HeldDone> {
  const { directory, now, ip } = order
  const { messageId, sender, tenant } = line
  const at = now()
  const asked = await changeRecorded(
    { directory, at, who: `person:${sender}`, ip },
    inHeld.ask(messageId, at),
    { what: 'held-asked', tenant, detail: { messageId } },
  )
  return asked ? 'asked' : 'idle'
}

/** The code alone could be guessed from its hash. */
function hashCode(secret: string, code: string): string {
  return hashSecret(`${secret} ${code.replace(/\s/g, '').slice(0, 20)}`)
}

async function sendCode({ send, secret }: SenderOrder, line: HeldLine): Promise<HeldDone> {
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  await send({ kind: 'code', line, code, codeHash: hashCode(secret, code) })
  return 'code'
}

/** How long a code counts, and how often it may be typed wrongly. */
export const codeTerms = { lifeMs: codeLifeMs, tries: codeTries } as const
