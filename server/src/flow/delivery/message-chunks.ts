import type { Body, MessageEdit } from '#flow/spool/message.ts'
import { readChunks } from '#flow/spool/read-file-body.ts'
import { applyEdits, ByteEditor } from '#ground/mail/byte-edits.ts'

/**
 * A message as it leaves: the stored bytes with their edits. Small messages come in one piece, large ones in pieces
 * of 256 KiB, never whole in memory. Stored bytes stay as they are; edits exist on the wire only.
 */
export async function* messageChunks(body: Body, edits: readonly MessageEdit[]): AsyncGenerator<Buffer> {
  if (body.kind === 'inline') {
    const { buffer, byteOffset, byteLength } = body.bytes
    yield applyEdits(Buffer.from(buffer, byteOffset, byteLength), edits)
    return
  }
  const editor = new ByteEditor(edits)
  if (editor.head.length > 0) yield editor.head
  for await (const chunk of readChunks(body)) yield* editor.push(chunk)
  yield* editor.end()
}

/** Bytes that the edits add or take away. */
export function sizeChange(edits: readonly MessageEdit[]): number {
  return new ByteEditor(edits).sizeChange
}
