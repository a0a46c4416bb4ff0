import type { ScannerProof } from '#ground/platform/scanner-proof.ts'
import { type BundleRules, readBundle } from '#ground/platform/signed-bundle.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Proof, ScannerControl, ScannerParts, ScannerSets } from './scanner-parts.ts'

/** A set is refused when it makes the slowest scan this many times slower, beyond what a busy machine does. */
const slower = 1.5
const slowerMs = 50
/** And when it takes this many times the memory, beyond what is little anyway. */
const larger = 1.5
const largerMegabytes = 16
/** A scanner may still hold the set before for a moment. */
const settleMs = 500
/** Time that a scanner may take to load a set. */
const loadMs = 120_000
const lookEveryMs = 200
/** After this time nobody is at a proof any more: loading the new set and the one before, and looking at mail. */
const longestProofMs = 3 * loadMs

const rules: BundleRules = {
  keySetting: 'antivirus.signaturesKey',
  called: 'a signature file',
  // What clamd loads.
  fileName:
    /\.(?:cvd|cld|cud|hdb|hsb|hdu|hsu|mdb|msb|ndb|ndu|ldb|ldu|idb|cdb|fp|sfp|pdb|wdb|gdb|ftm|ign2?|crb)$/,
  mostBytes: 4 * 2 ** 30,
}

export type Taken =
  | { readonly kind: 'taken'; readonly version: string; readonly proof: Proof | null }
  | { readonly kind: 'unchanged'; readonly version: string }

/**
 * Takes a signed bundle of virus signatures into use. It must be whole, signed, newer than the set in use, and prove itself:
 * one scanner loads it and looks at clean mail, while the others work on with what they have. Then they load it too. A set that
 * fails is refused for good, and the one before is in use again. With `unproved` all of them load it at once.
 * @throws OrderError that says why it was not taken; the set in use stays
 */
export async function takeSet(parts: ScannerParts, folder: string, unproved = false): Promise<Taken> {
  const sets = setsOf(parts)
  const busy = await finishProof(parts, sets)
  if (busy)
    throw new OrderError(
      'conflict',
      `${busy.version} is being proved by ${busy.scanner}; try again in a minute`,
    )
  const bundle = orderly(() => readBundle(folder, parts.publicKey(), rules))
  const current = sets.current()
  if (current?.version === bundle.version) return { kind: 'unchanged', version: bundle.version }
  if (current && bundle.made <= current.made)
    throw new OrderError('conflict', `${bundle.version} is older than ${current.version}, which is in use`)
  const before = sets.refused(bundle.version)
  if (before !== null) throw new OrderError('conflict', `${bundle.version} was refused: ${before}`)
  orderly(() => sets.install(bundle))
  const [canary, ...others] = await livingOf(parts.scanners)
  const isProof = canary !== undefined && !unproved
  if (isProof) {
    const { name: scanner } = canary
    sets.beginProof({ scanner, version: bundle.version, startedAt: parts.now(), endedAt: null })
  }
  sets.use(bundle.version)
  // Without a scanner there is nobody to prove it: the first set, before any scanner can start.
  if (!canary) return { kind: 'taken', version: bundle.version, proof: null }
  if (unproved) {
    await reloadAll(parts.scanners)
    return { kind: 'taken', version: bundle.version, proof: null }
  }
  const why = await tryOn(parts.scanners, canary, bundle.version)
  if (typeof why === 'string') {
    sets.refuse(bundle.version, why)
    if (current) sets.use(current.version)
    await endProof(parts, sets, canary.name)
    throw new OrderError('conflict', `${bundle.version} was refused: ${why}`)
  }
  sets.endProof(parts.now())
  for (const { name } of others) await parts.scanners.reload(name)
  return { kind: 'taken', version: bundle.version, proof: why }
}

/**
 * Puts the set before the one in use into force again, for all scanners at once. What it found is judged anew.
 * @throws OrderError where there is none before it
 */
export async function takeBackSet(parts: ScannerParts, why = 'it was taken back by hand'): Promise<string> {
  const sets = setsOf(parts)
  const [current, former] = [sets.current(), sets.former()]
  if (!former || !current) throw new OrderError('not-found', 'there is no set before the one in use')
  sets.refuse(current.version, why)
  sets.noteTakenBack(current.version, parts.now())
  sets.use(former.version)
  await reloadAll(parts.scanners)
  return former.version
}

/** What the clock does: takes what the mirror has; whatever is wrong with it, the set in use stays. */
export async function refreshSet(parts: ScannerParts): Promise<void> {
  if (parts.sets === null) return
  try {
    // Somebody may have ordered one by hand just now.
    if ((await finishProof(parts, parts.sets)) || parts.source() === '') return
    await takeSet(parts, parts.source())
    parts.alarms.clear('scanner-signatures', 'source')
  } catch (cause) {
    parts.alarms.raise(
      'scanner-signatures',
      'source',
      `virus signatures of ${parts.source()} are not taken: ${(cause as Error).message}; scanners go on with ${parts.sets.current()?.version ?? 'what they have'}`,
    )
  }
}

/**
 * Ends a proof that nobody ended, since its process was killed: the set is refused, and the one before is in use again.
 * Answers a proof that another process may still be at; null: there is none.
 */
async function finishProof(parts: ScannerParts, sets: ScannerSets): Promise<ScannerProof | null> {
  const proof = sets.proof()
  if (!proof || proof.endedAt !== null) return null
  if (parts.now() - proof.startedAt < longestProofMs) return proof
  const [current, former] = [sets.current(), sets.former()]
  if (current?.version === proof.version) {
    sets.refuse(proof.version, 'its proof was cut short')
    if (former) sets.use(former.version)
  }
  await endProof(parts, sets, proof.scanner)
  return null
}

/** Has a scanner load the set in use again; only then what it says counts. One that is away loads it when it starts. */
async function endProof(parts: ScannerParts, sets: ScannerSets, name: string): Promise<void> {
  const version = sets.current()?.version
  const until = performance.now() + loadMs
  try {
    await parts.scanners.reload(name)
    while (version !== undefined && (await parts.scanners.prove(name)).version !== version) {
      if (performance.now() > until) return
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
    await new Promise((resolve) => setTimeout(resolve, settleMs))
  } catch {
    // It does not answer, so nobody asks it.
  }
  sets.endProof(parts.now())
}

/** One that is away finds the set when it starts. */
async function reloadAll(scanners: ScannerControl): Promise<void> {
  await Promise.all(scanners.names().map((name) => scanners.reload(name).catch(() => undefined)))
}

/** What is wrong with a bundle is said to who ordered it. */
function orderly<Answer>(work: () => Answer): Answer {
  try {
    return work()
  } catch (cause) {
    throw new OrderError('conflict', `the bundle is not taken: ${(cause as Error).message}`)
  }
}

function setsOf({ sets }: ScannerParts): ScannerSets {
  if (sets === null)
    throw new OrderError('not-found', 'no folder for signatures is set (antivirus.signatures)')
  return sets
}

/** Scanners that answer, with how they do now. */
async function livingOf(scanners: ScannerControl): Promise<{ name: string; proof: Proof }[]> {
  const asked = scanners.names().map(async (name) => ({ name, proof: await scanners.prove(name) }))
  const answers = await Promise.allSettled(asked)
  return answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
}

/** Has one scanner load the set. Answers its proof, or why the set is no good. */
async function tryOn(
  scanners: ScannerControl,
  canary: { readonly name: string; readonly proof: Proof },
  version: string,
): Promise<Proof | string> {
  const until = performance.now() + loadMs
  let last = 'the scanner did not load it'
  try {
    await scanners.reload(canary.name)
    while (performance.now() < until) {
      const proof = await scanners.prove(canary.name)
      if (proof.version === version) {
        await new Promise((resolve) => setTimeout(resolve, settleMs))
        const settled = await scanners.prove(canary.name)
        return faultOf(settled, canary.proof) ?? settled
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  } catch (cause) {
    last = `the scanner went away over it: ${(cause as Error).message}`
  }
  return last
}

function faultOf(now: Proof, before: Proof): string | null {
  if (now.found.length > 0) return `it finds ${now.found.slice(0, 3).join(', ')} in clean mail`
  const missed = before.caught.filter((each) => !now.caught.includes(each))
  if (missed.length > 0) return `it no longer finds ${missed.join(', ')}`
  if (now.megabytes > Math.max(before.megabytes * larger, before.megabytes + largerMegabytes))
    return `it takes ${Math.round(now.megabytes)} MB; the one before took ${Math.round(before.megabytes)} MB`
  const limit = Math.max(before.p95Ms * slower, before.p95Ms + slowerMs)
  return now.p95Ms > limit
    ? `it takes ${Math.round(now.p95Ms)} ms for a message; the one before took ${Math.round(before.p95Ms)} ms`
    : null
}
