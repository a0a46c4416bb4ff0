import { type FileReport, lookInto, type OpenMessage } from '#ground/files/look-into.ts'
import { scanMime } from '#ground/mail/mime.ts'
import type { MessageContent } from './message-content.ts'
import { readContent } from './read-content.ts'

/** Bounds of a message that lies in a file: it is no message of ours, so settings do not count. */
const limits = { maxDepth: 30, maxParts: 1000, maxHeaderBytes: 256 << 10 }

/** What the files of a message are and hold; `root` of a report counts in `content.files`. */
export async function lookIntoFiles(content: MessageContent): Promise<readonly FileReport[]> {
  return content.files.length === 0 ? [] : lookInto(content.files, openMessage)
}

/** A message within a file: its texts as people and as programs see them, and its files. */
const openMessage: OpenMessage = async (bytes) => {
  const { root } = scanMime(bytes, limits)
  const { texts, files } = await readContent(root, () => whole(bytes))
  return { texts: texts.map((each) => each.text), files }
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
