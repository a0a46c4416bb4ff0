import { decodeCharset } from '#ground/mail/charset.ts'
import { viewHtml } from '#ground/mail/html-view.ts'
import type { MimePart } from '#ground/mail/mime.ts'
import {
  createTransferDecoder,
  type DecodedPart,
  type TransferDecoder,
} from '#ground/mail/transfer-decoder.ts'
import { type ContentFile, type ContentText, contentLimits, type MessageContent } from './message-content.ts'

type Read = () => AsyncIterable<Buffer>

interface OpenLeaf {
  readonly part: MimePart
  readonly isText: boolean
  readonly decoder: TransferDecoder
}

/**
 * Decodes the parts of a message in one pass over its bytes. Memory is bounded by `contentLimits`, whatever the
 * message; parts beyond the bounds are there with their beginning, and say so.
 */
export async function readContent(root: MimePart, read: Read): Promise<MessageContent> {
  const leaves = [...leavesOf(root)].sort((a, b) => a.bodyStart - b.bodyStart)
  const texts: ContentText[] = []
  const files: ContentFile[] = []
  for await (const { part, isText, decoded } of decodeAll(leaves, read)) {
    if (isText) texts.push(toText(part, decoded))
    else files.push(toFile(part, decoded))
  }
  return { texts, files, visible: visibleText(root, texts) }
}

/** Parts without children, and messages within: those are looked into, not decoded as a whole. */
function* leavesOf(part: MimePart): Generator<MimePart> {
  if (part.children.length > 0) for (const child of part.children) yield* leavesOf(child)
  else if (!part.type.startsWith('multipart/')) yield part
}

async function* decodeAll(leaves: readonly MimePart[], read: Read) {
  const room = { texts: contentLimits.texts as number, files: contentLimits.files as number }
  let next = 0
  let open: OpenLeaf | null = null
  let at = 0
  for await (const chunk of read()) {
    const end = at + chunk.length
    while (open !== null || (next < leaves.length && leaves[next]!.bodyStart < end)) {
      open ??= openLeaf(leaves[next++]!, room)
      const { bodyStart, bodyEnd } = open.part
      open.decoder.write(chunk.subarray(Math.max(0, bodyStart - at), Math.max(0, bodyEnd - at)))
      if (bodyEnd > end) break
      yield { part: open.part, isText: open.isText, decoded: open.decoder.end() }
      open = null
    }
    at = end
  }
  if (open) yield { part: open.part, isText: open.isText, decoded: open.decoder.end() }
}

function openLeaf(part: MimePart, room: { texts: number; files: number }): OpenLeaf {
  const isText = isShownText(part)
  const kind = isText ? 'texts' : 'files'
  // A base64 part decodes to three quarters; no encoding makes more of its bytes.
  const most = Math.ceil((part.bodyEnd - part.bodyStart) * (part.encoding === 'base64' ? 0.75 : 1))
  const fits = Math.min(most, isText ? contentLimits.text : contentLimits.file)
  const capacity = fits <= room[kind] ? fits : Math.min(most, contentLimits.head)
  room[kind] -= Math.min(capacity, room[kind])
  const tail = !isText && capacity === contentLimits.file ? contentLimits.tail : 0
  return { part, isText, decoder: createTransferDecoder(part.encoding, capacity, tail) }
}

function isShownText(part: MimePart): boolean {
  if (part.type !== 'text/plain' && part.type !== 'text/html') return false
  return part.disposition !== 'attachment' && (part.fileName === null || part.disposition === 'inline')
}

function toText(part: MimePart, { bytes, size }: DecodedPart): ContentText {
  const text = decodeCharset(
    bytes,
    part.parameters.charset ?? (part.type === 'text/html' ? 'utf-8' : 'us-ascii'),
  )
  const html = part.type === 'text/html' ? viewHtml(text) : null
  return { part, text: html ? html.visible : text, html, cut: size > bytes.length }
}

function toFile(part: MimePart, { bytes, size, tail }: DecodedPart): ContentFile {
  return { part, name: part.fileName ?? '', size, bytes, cut: size > bytes.length, tail }
}

function visibleText(root: MimePart, texts: readonly ContentText[]): string {
  const byPart = new Map(texts.map((each) => [each.part, each.text]))
  return shown(root, byPart).join('\n')
}

function shown(part: MimePart, byPart: ReadonlyMap<MimePart, string>): string[] {
  const own = byPart.get(part)
  if (own !== undefined) return [own]
  if (part.type !== 'multipart/alternative') return part.children.flatMap((child) => shown(child, byPart))
  // The last one that has a text is the one that is shown.
  for (const child of part.children.toReversed()) {
    const found = shown(child, byPart)
    if (found.some((each) => each.trim() !== '')) return found
  }
  return []
}
