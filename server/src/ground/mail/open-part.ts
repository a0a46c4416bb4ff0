import type { MimeDefect, MimePart } from './mime.ts'
import { describePart } from './part-header.ts'

/** A part while it is put together. */
export type PartDraft = { -readonly [Key in keyof MimePart]: MimePart[Key] } & {
  children: PartDraft[]
  defects: MimeDefect[]
}

/** A part that is not yet ended. */
export interface OpenPart {
  readonly part: PartDraft
  readonly defaultType: string
  /** Boundary of a multipart; null for other parts. */
  boundary: string | null
  /** A multipart further out with the same boundary. */
  outer: OpenPart | undefined
  /** The multipart that this one lies in. */
  enclosing: OpenPart | null
  /** Whether the last boundary has come. */
  ended: boolean
  /** Whether a line like the boundary was noted. */
  alike: boolean
}

/** A part whose header begins at `headerStart`; where its body begins and ends is not known yet (-1). */
export function createOpenPart(headerStart: number, depth: number, defaultType: string): OpenPart {
  const part: PartDraft = {
    ...describePart([], defaultType),
    headerStart,
    bodyStart: -1,
    bodyEnd: -1,
    depth,
    children: [],
  }
  return { part, defaultType, boundary: null, outer: undefined, enclosing: null, ended: false, alike: false }
}

/** Notes a defect once. */
export function addDefect(part: PartDraft, defect: MimeDefect): void {
  if (!part.defects.includes(defect)) part.defects.push(defect)
}
