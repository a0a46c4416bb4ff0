import type { HtmlView } from '#ground/mail/html-view.ts'
import type { MimePart } from '#ground/mail/mime.ts'

/** A text part, decoded. */
export interface ContentText {
  readonly part: MimePart
  /** What people see of it, up to 1 MiB; of HTML the visible text. */
  readonly text: string
  /** Null for plain text. */
  readonly html: HtmlView | null
  /** The part is longer than what was read. */
  readonly cut: boolean
}

/** A part that is no text to show: an attachment, an inline image, a part of an unknown type. */
export interface ContentFile {
  readonly part: MimePart
  /** Name as given, empty where none is. */
  readonly name: string
  /** Decoded size in bytes. */
  readonly size: number
  /** The decoded bytes, all of them or, where `cut`, the beginning. */
  readonly bytes: Buffer
  readonly cut: boolean
  /** The end of a file that is cut for its size, where the directory of an archive stands; else empty. */
  readonly tail: Buffer
}

/** The decoded content of a message, read once and shared by the checks that ask for it. */
export interface MessageContent {
  readonly texts: readonly ContentText[]
  readonly files: readonly ContentFile[]
  /** Text that people see, of all text parts; of alternatives the richest (RFC 2046, 5.1.4). */
  readonly visible: string
}

/** Bounds of what is decoded of one message, in bytes. */
export const contentLimits = {
  /** Of each text part; what lies beyond is not looked at (product: patterns see the first 1 MiB). */
  text: 1 << 20,
  /** Of all text parts together. */
  texts: 8 << 20,
  /** Of each file. */
  file: 32 << 20,
  /** Of the end of a file beyond that: the directory of 10,000 files in a zip. */
  tail: 1 << 20,
  /** Of all files together; of those beyond only the beginning. */
  files: 40 << 20,
  /** The beginning of a file, enough to know its type. */
  head: 4096,
} as const
