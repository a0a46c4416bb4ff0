import type { Alarms } from '#ground/platform/alarms.ts'
import type { ScannerProof } from '#ground/platform/scanner-proof.ts'
import type { Bundle } from '#ground/platform/signed-bundle.ts'

/** Sets of virus signatures on the disk; one of them is in use. */
export interface ScannerSets {
  /** The set in use; null: none yet. */
  current(): InstalledSet | null
  /** The set that was in use before it; null: none. */
  former(): InstalledSet | null
  /** Copies a bundle beside the others. It is not used by that. @throws Error where a file is not as it should be */
  install(bundle: Bundle): void
  /** Puts a set in use, for scanners that load from now on. */
  use(version: string): void
  /** Notes that a set failed its proof, so that it is not tried again. */
  refuse(version: string, why: string): void
  refused(version: string): string | null
  /** Notes that a set was in use, and that what it found is to be judged anew. */
  noteTakenBack(version: string, at: number): void
  /** Sets whose findings are still to be judged anew. */
  takenBack(): readonly { readonly version: string; readonly at: number }[]
  /** All that such a set found was judged anew. */
  settleTakenBack(version: string): void
  /** Says that a scanner is about to load a set that is not proved; the flow lets go of it before this returns. */
  beginProof(proof: ScannerProof): void
  /** The scanner has a proved set again. */
  endProof(at: number): void
  /** The proof that was last begun; null: none. */
  proof(): ScannerProof | null
}

export interface InstalledSet {
  readonly version: string
  readonly made: number
}

/** How a scanner does with what it has loaded. */
export interface Proof {
  /** The version of the set. */
  readonly version: string
  /** Names that it finds in mail that is known to be clean. */
  readonly found: readonly string[]
  /** Samples of malware that it finds, by name of the sample. */
  readonly caught: readonly string[]
  /** Times of the clean messages, in their order. */
  readonly timesMs: readonly number[]
  /** Time for one message, the slowest of twenty. */
  readonly p95Ms: number
  /** Memory of what it has loaded; 0: it does not say. */
  readonly megabytes: number
}

/** The scanners that use the sets. */
export interface ScannerControl {
  names(): readonly string[]
  /** Asks a scanner to load what is in use. @throws Error where it does not answer */
  reload(name: string): Promise<void>
  /** @throws Error where it does not answer */
  prove(name: string): Promise<Proof>
  /** Milliseconds for one of the clean messages, by its place among them. @throws Error where it does not answer */
  time(name: string, message: number): Promise<number>
  /** Memory of what a scanner has loaded now; 0: it does not say. @throws Error where it does not answer */
  megabytes(name: string): Promise<number>
  /** Version of the set that a scanner has loaded. @throws Error where it does not answer */
  loaded(name: string): Promise<string>
}

/** Mail in quarantine that a set had something against. */
export interface CaughtBySignatures {
  /** Has such mail judged anew; answers how many messages. */
  reopen(
    by: { readonly kind: 'signatures'; readonly name: string; readonly receivedAfter: number },
    at: number,
    limit: number,
  ): Promise<number>
}

export interface ScannerParts {
  /** Null: signatures are kept by somebody else (antivirus.signatures is empty). */
  readonly sets: ScannerSets | null
  readonly scanners: ScannerControl
  /** Folder that a mirror keeps up to date; empty: none. */
  readonly source: () => string
  /** PEM of the key that bundles are signed with. @throws Error where it cannot be read */
  readonly publicKey: () => string
  readonly alarms: Alarms
  readonly now: () => number
}
