/**
 * A change made while a message passes by; the offsets are those of the bytes as they are stored.
 * `prepend`: a header field on top, without its last line end; several stand in the order of their list.
 * `replace`: other bytes (base64, since edits are kept as JSON) in the place of a range; an empty range is an insertion.
 */
export type ByteEdit =
  | { readonly kind: 'prepend'; readonly line: string }
  | { readonly kind: 'remove'; readonly start: number; readonly end: number }
  | { readonly kind: 'replace'; readonly start: number; readonly end: number; readonly base64: string }

interface Splice {
  readonly start: number
  readonly end: number
  readonly bytes: Buffer
}

const nothing = Buffer.alloc(0)

/** Makes a replacement of a range. */
export function replaceBytes(start: number, end: number, bytes: Buffer): ByteEdit {
  return { kind: 'replace', start, end, base64: bytes.toString('base64') }
}

/**
 * Applies edits to a message as its bytes come by, in pieces of any size; holds no more than the edits themselves.
 * Of edits that overlap the one that begins first counts, and the other changes only what lies behind it.
 */
export class ByteEditor {
  readonly #head: Buffer
  readonly #splices: readonly Splice[]
  #next = 0
  /** Offset of the next byte that comes, and of the next one that is kept. */
  #at = 0
  #keepFrom = 0

  constructor(edits: readonly ByteEdit[]) {
    this.#head = headOf(edits)
    this.#splices = splicesOf(edits)
  }

  get changesNothing(): boolean {
    return this.#head.length === 0 && this.#splices.length === 0
  }

  /** Bytes that the edits add or take away. */
  get sizeChange(): number {
    return this.#splices.reduce(
      (sum, { start, end, bytes }) => sum + bytes.length - (end - start),
      this.#head.length,
    )
  }

  /** What stands above the message. */
  get head(): Buffer {
    return this.#head
  }

  /** What is left of the next bytes of the message, and what comes between. */
  *push(chunk: Buffer): Generator<Buffer> {
    const offset = this.#at
    const end = offset + chunk.length
    this.#at = end
    for (let splice = this.#splices[this.#next]; splice && splice.start < end; ) {
      if (splice.start > this.#keepFrom)
        yield chunk.subarray(Math.max(0, this.#keepFrom - offset), splice.start - offset)
      if (splice.bytes.length > 0) yield splice.bytes
      this.#keepFrom = splice.end
      this.#next += 1
      splice = this.#splices[this.#next]
    }
    if (this.#keepFrom < end) {
      yield chunk.subarray(Math.max(0, this.#keepFrom - offset))
      this.#keepFrom = end
    }
  }

  /** What comes behind the last byte. */
  *end(): Generator<Buffer> {
    for (const { bytes } of this.#splices.slice(this.#next)) if (bytes.length > 0) yield bytes
  }
}

/** A message in memory with its edits. */
export function applyEdits(message: Buffer, edits: readonly ByteEdit[]): Buffer {
  const editor = new ByteEditor(edits)
  return editor.changesNothing
    ? message
    : Buffer.concat([editor.head, ...editor.push(message), ...editor.end()])
}

function headOf(edits: readonly ByteEdit[]): Buffer {
  const lines = edits.filter((each) => each.kind === 'prepend').map((each) => `${each.line}\r\n`)
  return lines.length === 0 ? nothing : Buffer.from(lines.join(''), 'utf8')
}

function splicesOf(edits: readonly ByteEdit[]): Splice[] {
  const sorted = edits
    .flatMap((each): Splice[] =>
      each.kind === 'prepend'
        ? []
        : [{ ...each, bytes: each.kind === 'replace' ? Buffer.from(each.base64, 'base64') : nothing }],
    )
    .sort((a, b) => a.start - b.start)
  const splices: Splice[] = []
  let taken = 0
  for (const { start, end, bytes } of sorted) {
    // Both ask for the same bytes to go, or one lies within the other.
    if (start < taken && end <= taken) continue
    splices.push({ start: Math.max(start, taken), end, bytes })
    taken = Math.max(taken, end)
  }
  return splices
}
