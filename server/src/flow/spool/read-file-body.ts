import { createReadStream } from 'node:fs'
import { openChunks } from '#ground/platform/sealed-content.ts'
import type { FileBody } from './message.ts'

const chunkBytes = 256 << 10

/** The content that a file holds as it came, in chunks of some 256 KiB. @throws what reading throws; Error: it is not whole */
export function readChunks({ path, dataKey }: Pick<FileBody, 'path' | 'dataKey'>): AsyncIterable<Buffer> {
  const chunks = createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>
  return dataKey ? openChunks(chunks, dataKey) : chunks
}

/** Its first bytes, `length` of them or all. @throws as `readChunks` */
export async function readStart(body: Pick<FileBody, 'path' | 'dataKey'>, length: number): Promise<Buffer> {
  const found: Buffer[] = []
  let size = 0
  for await (const chunk of readChunks(body)) {
    found.push(chunk)
    size += chunk.length
    if (size >= length) break
  }
  return Buffer.concat(found).subarray(0, length)
}

/** All of it. @throws as `readChunks` */
export function readWhole(body: Pick<FileBody, 'path' | 'dataKey'>): Promise<Buffer> {
  return readStart(body, Number.POSITIVE_INFINITY)
}
