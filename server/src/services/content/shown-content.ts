/** One field of the header, decoded, on one line. */
export interface ShownField {
  readonly name: string
  readonly value: string
}

/** A part that is not shown as text. */
export interface ShownAttachment {
  /** Which part it is, for asking for it alone. */
  readonly part: number
  readonly name: string
  readonly type: string
  /** Decoded, in bytes. */
  readonly size: number
  readonly sha256: string
}

/** What people are shown of a message; nothing in it acts by itself. */
export interface ShownContent {
  readonly header: readonly ShownField[]
  readonly text: string
  /** Made harmless; null: the message has no HTML. */
  readonly html: string | null
  /** What fell from the HTML, each kind once. */
  readonly removed: readonly string[]
  readonly attachments: readonly ShownAttachment[]
  /** The first of its bytes as text. */
  readonly source: string
  /** More of it is there than is shown. */
  readonly cut: boolean
}

/** One part, decoded. */
export interface TakenPart {
  readonly name: string
  readonly bytes: Buffer
}

/** Bounds of what is shown of one message. */
export const shownLimits = {
  fields: 200,
  fieldLetters: 2000,
  textLetters: 200_000,
  htmlBytes: 1_000_000,
  sourceBytes: 200_000,
  attachments: 200,
  /** Largest message that is read. */
  messageBytes: 160 << 20,
} as const
