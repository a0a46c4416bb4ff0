import type { FileReport, GivenFile } from '#ground/files/file-report.ts'
import { linkLimits } from '#ground/files/file-sign.ts'
import { lookInto, type OpenMessage } from '#ground/files/look-into.ts'
import { readUuencoded } from '#ground/files/uuencode.ts'
import { linksInText } from '#ground/mail/links-in-text.ts'
import { scanMime } from '#ground/mail/mime.ts'
import type { ContentText, MessageContent } from './message-content.ts'
import { readContent } from './read-content.ts'

/** Bounds of a message that lies in a file: it is no message of ours, so settings do not count. */
const limits = { maxDepth: 30, maxParts: 1000, maxHeaderBytes: 256 << 10 }

/**
 * What the files of a message are and hold; `root` of a report counts in `content.files`, and beyond them the files
 * that its texts carry.
 */
export async function lookIntoFiles({ texts, files }: MessageContent): Promise<readonly FileReport[]> {
  const all = [...files, ...filesInTexts(texts)]
  return all.length === 0 ? [] : lookInto(all, openMessage)
}

/** A message within a file: its texts as people and as programs see them, and its files. */
const openMessage: OpenMessage = async (bytes) => {
  const { root } = scanMime(bytes, limits)
  const { texts, files } = await readContent(root, () => whole(bytes))
  return {
    texts: texts.map((each) => each.text),
    links: texts.flatMap(linksOf),
    files: [...files, ...filesInTexts(texts)],
  }
}

function linksOf({ text, html }: ContentText): string[] {
  const shown = linksInText(text, linkLimits.links)
  return html ? [...html.links.map((each) => each.href), ...shown] : shown
}

/** Files in the way of before MIME: mail programs still show them. */
function filesInTexts(texts: readonly ContentText[]): GivenFile[] {
  return texts.flatMap(({ text, html }) =>
    html || !text.includes('begin')
      ? []
      : readUuencoded(text).map((file) => ({ ...file, size: file.bytes.length, cut: false })),
  )
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
