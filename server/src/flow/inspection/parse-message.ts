import { open } from 'node:fs/promises'
import type { FileReport } from '#ground/files/file-report.ts'
import type { MimeLimits, MimeScan } from '#ground/mail/mime.ts'
import { createMimeScanner, scanMime } from '#ground/mail/mime.ts'
import { openChunks } from '#ground/platform/sealed-content.ts'
import { lookIntoFiles } from './attached-files.ts'
import type { Arrival, InspectedMessage } from './check.ts'
import type { MessageContent } from './message-content.ts'
import { readContent } from './read-content.ts'

/** Where the bytes of a message are: in memory, or in a file. */
type MessageSource =
  | { readonly bytes: Buffer }
  | { readonly path: string; readonly size: number; readonly dataKey?: Uint8Array }

type ParseRequest = {
  readonly id: string
  readonly arrival: Arrival
  readonly limits: MimeLimits
} & MessageSource

const chunkBytes = 256 << 10

/**
 * Reads a message once for all checks. A file is read in chunks of 256 KiB and never held whole.
 * Fails with the error of the file system where the file cannot be read: that is our fault, not the message's.
 */
export async function parseMessage(request: ParseRequest): Promise<InspectedMessage> {
  const { id, arrival, limits } = request
  const scan =
    'bytes' in request ? scanMime(request.bytes, limits) : await scanFile(readSource(request), limits)
  const read = () => readSource(request)
  let shared: Promise<MessageContent> | null = null
  const content = () => (shared ??= readContent(scan.root, read))
  let attached: Promise<readonly FileReport[]> | null = null
  return {
    id,
    arrival,
    size: scan.size,
    header: scan.header.fields,
    mime: scan.root,
    scan,
    read,
    content,
    attached: () => (attached ??= content().then(lookIntoFiles)),
  }
}

function readSource(source: MessageSource): AsyncGenerator<Buffer> {
  if ('bytes' in source) return readBytes(source.bytes)
  const chunks = readFile(source.path)
  return source.dataKey ? openChunks(chunks, source.dataKey) : chunks
}

async function scanFile(chunks: AsyncIterable<Buffer>, limits: MimeLimits): Promise<MimeScan> {
  const scanner = createMimeScanner(limits)
  for await (const chunk of chunks) scanner.write(chunk)
  return scanner.end()
}

async function* readBytes(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

/** One buffer for the whole file: new ones would pile up by the megabyte before anything collects them. */
async function* readFile(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path, 'r')
  const buffer = Buffer.allocUnsafeSlow(chunkBytes)
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}
