import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, threadId } from 'node:worker_threads'
import { openContent, sealedSize } from '#ground/platform/sealed-content.ts'
import { niceness, yieldToMail } from '#ground/platform/thread-priority.ts'
import { folderMark } from '#ground/storage/bodies/torn-file.ts'
import type { ContentAnswer, ContentQuestion } from '#services/content/content-reader.ts'
import type { StoredContent } from '#services/content/content-store.ts'
import { shownLimits } from '#services/content/shown-content.ts'

/** A thread that reads messages for people who look at them, one at a time. */
const port = parentPort
if (!port) throw new Error('content-thread.ts runs as a thread only')
yieldToMail(niceness.beside)
port.on('message', (question: ContentQuestion) => {
  void answer(question).then((found) => port.postMessage(found))
})

async function answer({ content, want }: ContentQuestion): Promise<ContentAnswer> {
  let bytes: Buffer
  try {
    if (want === 'probe') return probe(content.kind === 'file' ? content.path : '')
    bytes = content.kind === 'inline' ? Buffer.from(content.bytes) : readWhole(content)
  } catch (cause) {
    return { fault: (cause as Error).message }
  }
  if (want === 'raw') return { raw: bytes }
  // Loaded when there is something to show: most threads only try whether the disk answers.
  const { showContent, takePart } = await import('#services/content/show-content.ts')
  return want === 'shown' ? { shown: showContent(bytes) } : { part: takePart(bytes, want.part) }
}

function readWhole({ path, size, dataKey }: Extract<StoredContent, { kind: 'file' }>): Buffer {
  const found = statSync(path).size
  const stored = dataKey ? sealedSize(size) : size
  if (found !== stored) throw new Error(`its file has ${found} bytes instead of ${stored}`)
  if (size > shownLimits.messageBytes) throw new Error(`it is larger than ${shownLimits.messageBytes} bytes`)
  const bytes = readFileSync(path)
  return dataKey ? openContent(dataKey, bytes) : bytes
}

function probe(folder: string): ContentAnswer {
  if (!existsSync(folder)) return { fault: `there is no folder ${folder}` }
  if (!existsSync(join(folder, folderMark))) return { fault: `${folder} is not the folder that it was` }
  // Several processes try the same folder.
  const path = join(folder, `.probe-${process.pid}-${threadId}`)
  writeFileSync(path, 'probe', { flush: true })
  const isSame = readFileSync(path, 'utf8') === 'probe'
  rmSync(path)
  return isSame ? { probed: true } : { fault: `${folder} gives back something else than was written` }
}
