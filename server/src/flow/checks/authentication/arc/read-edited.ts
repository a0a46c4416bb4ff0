import type { InspectedMessage } from '#flow/inspection/check.ts'
import { applyEdits, type ByteEdit, ByteEditor } from '#ground/mail/byte-edits.ts'
import { parseHeader } from '#ground/mail/header.ts'
import { BodyHashes } from '../body-hashes.ts'
import { CanonicalHeader } from '../dkim/canonical-header.ts'

/** Whether edits change anything below the header. */
export function changesBody({ mime }: InspectedMessage, edits: readonly ByteEdit[]): boolean {
  return edits.some((each) => isBelow(each, mime.bodyStart))
}

/** Reads the header with its edits. */
export async function readEditedHeader(
  message: InspectedMessage,
  edits: readonly ByteEdit[],
): Promise<CanonicalHeader> {
  const { bodyStart } = message.mime
  const pieces: Buffer[] = []
  let length = 0
  for await (const chunk of message.read()) {
    // A chunk is good until the next one is asked for.
    pieces.push(Buffer.from(chunk.subarray(0, bodyStart - length)))
    length += chunk.length
    if (length >= bodyStart) break
  }
  const changes = edits.filter((each) => !isBelow(each, bodyStart))
  return new CanonicalHeader(parseHeader(applyEdits(Buffer.concat(pieces), changes)).fields)
}

/** Hashes the body with its edits, as its bytes come by. */
export async function hashEditedBody(message: InspectedMessage, edits: readonly ByteEdit[]): Promise<string> {
  const { bodyStart } = message.mime
  const below = edits.filter((each) => isBelow(each, bodyStart))
  const hashes = new BodyHashes()
  hashes.want('relaxed', null)
  await hashes.run(() => editedChunks(message, below), bodyStart, new AbortController().signal)
  return hashes.get('relaxed', null)?.hash ?? ''
}

async function* editedChunks(message: InspectedMessage, edits: readonly ByteEdit[]): AsyncGenerator<Buffer> {
  const editor = new ByteEditor(edits)
  for await (const chunk of message.read()) yield* editor.push(chunk)
  yield* editor.end()
}

function isBelow(edit: ByteEdit, bodyStart: number): boolean {
  return edit.kind !== 'prepend' && edit.start >= bodyStart
}
