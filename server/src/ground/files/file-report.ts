import type { FileLink, FileSign } from './file-sign.ts'
import type { FileType } from './file-type.ts'

/** A file to look into. */
export interface GivenFile {
  readonly name: string
  readonly bytes: Buffer
  /** Decoded size, also of what is not in `bytes`. */
  readonly size: number
  readonly cut: boolean
  /** The end of a file that is cut; absent or empty: it was not kept. */
  readonly tail?: Buffer
}

/** What one file is and holds. Files within others have reports of their own. */
export interface FileReport {
  /** Which of the given files it is, or lies in. */
  readonly root: number
  readonly name: string
  /** Names of what it lies in, outermost first. Files side by side in an archive have the same array. */
  readonly path: readonly string[]
  readonly type: FileType
  readonly size: number
  readonly signs: ReadonlySet<FileSign>
  readonly links: readonly FileLink[]
}

/** Where a file lies: in which of the given ones, and the names of what it lies in. */
export interface Place {
  readonly root: number
  readonly path: readonly string[]
}

/** A report while it is made. */
export type Draft = FileReport & {
  type: FileType
  signs: Set<FileSign>
  links: FileLink[]
  within?: readonly string[]
}
