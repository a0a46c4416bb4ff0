import type { MimePart } from '#ground/mail/mime.ts'

/** The end of a part as it stands in the message, where a footer goes in. */
export interface PartTail {
  readonly part: MimePart
  /** The header of the part. */
  readonly header: Buffer
  /** Offset of the first of these bytes in the message. */
  readonly start: number
  readonly bytes: Buffer
  /** Characters of base64 before them: quanta of four are counted from the beginning of the part. */
  readonly skipped: number
}

/** How much of the end of a part is looked at: the closing tags of a page are there, however long it is. */
const tailBytes = 64 << 10

/** Reads the ends of parts in one pass; memory is that of the ends. */
export async function readTails(
  parts: readonly MimePart[],
  read: () => AsyncIterable<Buffer>,
): Promise<PartTail[]> {
  const open = parts.map((part) => new OpenTail(part))
  let at = 0
  for await (const chunk of read()) {
    for (const each of open) each.take(chunk, at)
    at += chunk.length
  }
  return open.map((each) => each.end())
}

class OpenTail {
  readonly #part: MimePart
  readonly #start: number
  readonly #header: Buffer[] = []
  readonly #pieces: Buffer[] = []
  #skipped = 0

  constructor(part: MimePart) {
    this.#part = part
    this.#start = Math.max(part.bodyStart, part.bodyEnd - tailBytes)
  }

  take(chunk: Buffer, at: number): void {
    const { headerStart, bodyStart, bodyEnd, encoding } = this.#part
    const from = (offset: number) => Math.min(chunk.length, Math.max(0, offset - at))
    if (encoding === 'base64')
      this.#skipped += countBase64(chunk.subarray(from(bodyStart), from(this.#start)))
    // A chunk is good until the next one is asked for.
    const keep = (pieces: Buffer[], start: number, end: number) => {
      if (from(end) > from(start)) pieces.push(Buffer.from(chunk.subarray(from(start), from(end))))
    }
    keep(this.#header, headerStart, bodyStart)
    keep(this.#pieces, this.#start, bodyEnd)
  }

  end(): PartTail {
    const [part, start, skipped] = [this.#part, this.#start, this.#skipped]
    return { part, header: Buffer.concat(this.#header), start, bytes: Buffer.concat(this.#pieces), skipped }
  }
}

function countBase64(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (isBase64(byte)) count++
  return count
}

/** Whether a byte is one of the 64 characters. */
export function isBase64(byte: number): boolean {
  return (
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    (byte >= 48 && byte <= 57) ||
    byte === 43 ||
    byte === 47
  )
}
