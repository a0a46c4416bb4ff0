import type { ScannerProof } from '#ground/platform/scanner-proof.ts'
import { type BundleRules, readBundle } from '#ground/platform/signed-bundle.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { hasLoaded, isSetSlow, livingScanners, loadMs, type Trial, tryOn } from './prove-set.ts'
import type { InstalledSet, Proof, ScannerControl, ScannerParts, ScannerSets } from './scanner-parts.ts'

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
  const [canary, ...others] = await livingScanners(parts.scanners)
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
  const trial = await tryOn(parts.scanners, canary, bundle.version)
  if (trial.kind !== 'good') return turnDown(parts, sets, { trial, canary: canary.name, bundle, current })
  sets.endProof(parts.now())
  for (const { name } of others) await parts.scanners.reload(name)
  return { kind: 'taken', version: bundle.version, proof: trial.proof }
}

/**
 * Puts the set before into use again, whatever else is known of the new one. One that is no good is refused for good;
 * one that may only have been tried at a bad moment can be tried again.
 */
async function turnDown(
  parts: ScannerParts,
  sets: ScannerSets,
  {
    trial,
    canary,
    bundle: { version },
    current,
  }: {
    readonly trial: Exclude<Trial, { kind: 'good' }>
    readonly canary: string
    readonly bundle: { readonly version: string }
    readonly current: InstalledSet | null
  },
): Promise<never> {
  if (trial.kind === 'bad') sets.refuse(version, trial.why)
  if (current) sets.use(current.version)
  await endProof(parts, sets, canary)
  if (trial.kind === 'bad') throw new OrderError('conflict', `${version} was refused: ${trial.why}`)
  const [ms, beforeMs] = [Math.round(trial.ms), Math.round(trial.beforeMs)]
  if (current && !(await isSetSlow(parts.scanners, canary, trial)))
    throw new OrderError(
      'conflict',
      `${version} could not be judged: a message took ${ms} ms, and the machine was too busy to tell whether that is the set; ${current.version} stays in use`,
    )
  const why = `it takes ${ms} ms for a message; the one before took ${beforeMs} ms`
  sets.refuse(version, why)
  throw new OrderError('conflict', `${version} was refused: ${why}`)
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
  try {
    await parts.scanners.reload(name)
    if (version !== undefined && !(await hasLoaded(parts.scanners, name, version))) return
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
