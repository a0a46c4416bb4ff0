import { createHash } from 'node:crypto'
import { decodeCharset } from '#ground/mail/charset.ts'
import { fieldValue, type HeaderField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { viewHtml } from '#ground/mail/html-view.ts'
import { type MimePart, scanMime } from '#ground/mail/mime.ts'
import { imageUrl, largestImage } from '#ground/mail/sanitize/safe-image.ts'
import { sanitizeHtml } from '#ground/mail/sanitize/sanitize-html.ts'
import { createTransferDecoder } from '#ground/mail/transfer-decoder.ts'
import {
  type ShownAttachment,
  type ShownContent,
  type ShownField,
  shownLimits,
  type TakenPart,
} from './shown-content.ts'

const mimeLimits = { maxDepth: 20, maxParts: 1000, maxHeaderBytes: 1 << 20 }

interface Leaf {
  readonly number: number
  readonly part: MimePart
}

/** Reads a message for people. Whatever the bytes, it never throws; run it where time and memory are bounded. */
export function showContent(bytes: Buffer): ShownContent {
  const scan = scanMime(bytes, mimeLimits)
  const leaves = [...leavesOf(scan.root)]
  const plain = shownText(leaves, 'text/plain')
  const rich = shownText(leaves, 'text/html')
  const html = rich && readText(bytes, rich.part)
  const safe = html === null ? null : sanitizeHtml(html, (id) => imageOf(bytes, leaves, id))
  const text = plain ? readText(bytes, plain.part) : html === null ? '' : viewHtml(html).visible
  const others = leaves.filter((each) => each !== plain && each !== rich)
  const isLong = (leaf: Leaf | null) => leaf !== null && lengthOf(leaf.part) > shownLimits.htmlBytes
  return {
    header: scan.header.fields.slice(0, shownLimits.fields).map(showField),
    text: text.slice(0, shownLimits.textLetters),
    html: safe?.html ?? null,
    removed: safe?.removed ?? [],
    attachments: others.slice(0, shownLimits.attachments).map((each) => describe(bytes, each)),
    source: bytes.toString('latin1', 0, shownLimits.sourceBytes),
    cut:
      scan.exceeded !== null ||
      others.length > shownLimits.attachments ||
      text.length > shownLimits.textLetters ||
      isLong(plain) ||
      isLong(rich),
  }
}

/** One part of a message, decoded; null: it has no such part. */
export function takePart(bytes: Buffer, number: number): TakenPart | null {
  const leaf = [...leavesOf(scanMime(bytes, mimeLimits).root)].find((each) => each.number === number)
  if (!leaf) return null
  return { name: leaf.part.fileName ?? '', bytes: decode(bytes, leaf.part, lengthOf(leaf.part)).bytes }
}

/** Parts without parts of their own, numbered from 1 in their order; a message within is one as a whole. */
function* leavesOf(root: MimePart): Generator<Leaf> {
  let number = 0
  const walk = function* (part: MimePart): Generator<Leaf> {
    if (part.type.startsWith('multipart/')) for (const child of part.children) yield* walk(child)
    else yield { number: ++number, part }
  }
  yield* walk(root)
}

/** The text that mail programs show first, of a kind. */
function shownText(leaves: readonly Leaf[], type: string): Leaf | null {
  return (
    leaves.find(
      ({ part }) => part.type === type && part.disposition !== 'attachment' && part.fileName === null,
    ) ?? null
  )
}

function lengthOf({ bodyStart, bodyEnd }: MimePart): number {
  return bodyEnd - bodyStart
}

function decode(bytes: Buffer, part: MimePart, capacity: number) {
  const decoder = createTransferDecoder(part.encoding, Math.min(capacity, lengthOf(part)))
  decoder.write(bytes.subarray(part.bodyStart, part.bodyEnd))
  return decoder.end()
}

function readText(bytes: Buffer, part: MimePart): string {
  const charset = part.parameters.charset ?? (part.type === 'text/html' ? 'utf-8' : 'us-ascii')
  return decodeCharset(decode(bytes, part, shownLimits.htmlBytes).bytes, charset)
}

function describe(bytes: Buffer, { number, part }: Leaf): ShownAttachment {
  const decoded = decode(bytes, part, lengthOf(part))
  return {
    part: number,
    name: (part.fileName ?? '').slice(0, 300),
    type: part.type.slice(0, 200),
    size: decoded.size,
    sha256: createHash('sha256').update(decoded.bytes).digest('hex'),
  }
}

/** The picture with a Content-ID (RFC 2392), where it is one and small enough. */
function imageOf(bytes: Buffer, leaves: readonly Leaf[], contentId: string): string | null {
  const wanted = safeDecode(contentId)
  const found = leaves
    .slice(0, shownLimits.attachments)
    .find(({ part }) => contentIdOf(bytes, part) === wanted)
  if (!found || lengthOf(found.part) > largestImage * 1.5) return null
  return imageUrl(decode(bytes, found.part, lengthOf(found.part)).bytes)
}

function contentIdOf(bytes: Buffer, { headerStart, bodyStart }: MimePart): string | null {
  const header = bytes.toString('latin1', headerStart, Math.min(bodyStart, headerStart + 8192))
  return /^content-id:[ \t\r\n]*<?([^>\s]{1,500})>?/im.exec(header)?.[1] ?? null
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function showField(field: HeaderField): ShownField {
  const { raw } = field
  return {
    name: raw
      .slice(0, Math.max(0, raw.indexOf(':')))
      .trim()
      .slice(0, 100),
    value: decodeHeaderText(
      fieldValue(field).slice(0, shownLimits.fieldLetters * 4),
      shownLimits.fieldLetters,
    ),
  }
}
