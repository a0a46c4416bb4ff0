import type { Proof, ScannerControl } from './scanner-parts.ts'

/** A set is slow when a message takes this many times what it took with the set before, and so much longer (ms). */
const slower = 1.5
const slowerMs = 50
/** And large when it takes this many times the memory, beyond what is little anyway. */
const larger = 1.5
const largerMegabytes = 16
/** A scanner may still hold the set before for a moment. */
const settleMs = 500
/** Time that a scanner may take to load a set. */
export const loadMs = 120_000
const lookEveryMs = 200
/** Rounds over the clean messages that tell the times of the set before. */
const rounds = 5
/** Looks at what seems too much, before it is believed. */
const mostLooks = 6

/** A scanner that answers, with how it does now. */
export interface Canary {
  readonly name: string
  readonly proof: Proof
}

/** A message that took too long, each time that it was looked at. */
export interface SlowLook {
  readonly kind: 'slow'
  /** Its place among the clean messages. */
  readonly message: number
  readonly ms: number
  readonly beforeMs: number
}

/** What a set has come to. `slow`: or the machine has become so; see `isSetSlow`. */
export type Trial =
  | { readonly kind: 'good'; readonly proof: Proof }
  | { readonly kind: 'bad'; readonly why: string }
  | SlowLook

/**
 * Scanners that answer. The time of a message is the least of several rounds: what else a machine has to do makes a
 * scan longer, never shorter.
 */
export async function livingScanners(scanners: ScannerControl): Promise<Canary[]> {
  const asked = scanners.names().map(async (name) => {
    const proofs: Proof[] = []
    for (let round = 0; round < rounds; round++) proofs.push(await scanners.prove(name))
    return { name, proof: leastOf(proofs) }
  })
  const answers = await Promise.allSettled(asked)
  return answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
}

function leastOf(proofs: readonly Proof[]): Proof {
  const [first, ...others] = proofs as [Proof, ...Proof[]]
  const timesMs = first.timesMs.map((ms, at) => Math.min(ms, ...others.map((each) => each.timesMs[at] ?? ms)))
  return { ...first, timesMs, p95Ms: Math.max(0, ...timesMs) }
}

/** Has one scanner load the set that is in use now, and looks at what it makes of it. */
export async function tryOn(scanners: ScannerControl, canary: Canary, version: string): Promise<Trial> {
  const { name, proof: before } = canary
  try {
    await scanners.reload(name)
    if (!(await hasLoaded(scanners, name, version)))
      return { kind: 'bad', why: 'the scanner did not load it' }
    const proof = await scanners.prove(name)
    const why = faultOf(proof, before) ?? (await faultOfSize(scanners, name, proof, before))
    return why === null ? await timeAgain(scanners, canary, proof) : { kind: 'bad', why }
  } catch (cause) {
    return { kind: 'bad', why: `the scanner went away over it: ${(cause as Error).message}` }
  }
}

/** Whether a scanner comes to have a set in time. @throws Error where it does not answer */
export async function hasLoaded(scanners: ScannerControl, name: string, version: string): Promise<boolean> {
  const until = performance.now() + loadMs
  while ((await scanners.loaded(name)) !== version) {
    if (performance.now() > until) return false
    await pause(lookEveryMs)
  }
  await pause(settleMs)
  return true
}

/**
 * Whether it was the set that was slow, and not the machine, once the scanner has the set before again: the same message
 * must be quick with that one, now as before.
 */
export async function isSetSlow(
  scanners: ScannerControl,
  name: string,
  { message, ms, beforeMs }: SlowLook,
): Promise<boolean> {
  const isSlow = (nowMs: number) => ms > limitOf(Math.max(beforeMs, nowMs))
  try {
    return isSlow(await leastTime(scanners, name, message, isSlow))
  } catch {
    return false
  }
}

function faultOf(now: Proof, before: Proof): string | null {
  if (now.found.length > 0) return `it finds ${now.found.slice(0, 3).join(', ')} in clean mail`
  const missed = before.caught.filter((each) => !now.caught.includes(each))
  return missed.length > 0 ? `it no longer finds ${missed.join(', ')}` : null
}

/** The set before is in memory beside it until its last scan has ended, which takes a busy machine a while. */
async function faultOfSize(
  scanners: ScannerControl,
  name: string,
  now: Proof,
  before: Proof,
): Promise<string | null> {
  const limit = Math.max(before.megabytes * larger, before.megabytes + largerMegabytes)
  let { megabytes } = now
  for (let look = 0; megabytes > limit && look < mostLooks; look++) {
    await pause(settleMs)
    megabytes = Math.min(megabytes, await scanners.megabytes(name))
  }
  if (megabytes <= limit) return null
  return `it takes ${Math.round(megabytes)} MB; the one before took ${Math.round(before.megabytes)} MB`
}

/** Looks again at each message that took too long: only one that always does is slow. */
async function timeAgain(
  scanners: ScannerControl,
  { name, proof: before }: Canary,
  proof: Proof,
): Promise<Trial> {
  const limit = limitOf(before.p95Ms)
  const timesMs = [...proof.timesMs]
  for (const [message, firstMs] of proof.timesMs.entries()) {
    if (firstMs <= limit) continue
    const ms = Math.min(firstMs, await leastTime(scanners, name, message, (each) => each <= limit))
    if (ms > limit) return { kind: 'slow', message, ms, beforeMs: before.p95Ms }
    timesMs[message] = ms
  }
  return { kind: 'good', proof: { ...proof, timesMs, p95Ms: Math.max(0, ...timesMs) } }
}

/** The least time of a message, of as many looks as it takes to be short enough. */
async function leastTime(
  scanners: ScannerControl,
  name: string,
  message: number,
  isEnough: (ms: number) => boolean,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let look = 0; look < mostLooks && !isEnough(least); look++)
    least = Math.min(least, await scanners.time(name, message))
  return least
}

const limitOf = (beforeMs: number) => Math.max(beforeMs * slower, beforeMs + slowerMs)

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
