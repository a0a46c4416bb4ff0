import { unpackBzip2 } from './bzip2.ts'
import { type Unpacked, unpack, unpackHead } from './inflate.ts'
import { type ZipEntry, zipMethod } from './zip.ts'

const nothing: Unpacked = { bytes: Buffer.alloc(0), more: false, damaged: true }

/** Whether the packing of an entry is one that we can undo. */
export function isReadable({ method, encrypted }: ZipEntry): boolean {
  return !encrypted && (Object.values(zipMethod) as number[]).includes(method)
}

/** The content of an entry, `most` bytes of it at most. Never fails. */
export async function inflateEntry(entry: ZipEntry, most: number): Promise<Unpacked> {
  const { packed, method } = entry
  if (!isReadable(entry)) return nothing
  if (method === zipMethod.stored)
    return { bytes: packed.subarray(0, most), more: packed.length > most, damaged: false }
  if (method === zipMethod.bzip2) return unpackBzip2(packed, most)
  return unpack(packed, method === zipMethod.zstd ? 'zstd' : 'deflate', most)
}

/** The beginning of an entry, `most` bytes or somewhat more: enough to know its type. */
export async function headOf(entry: ZipEntry, most: number): Promise<Buffer> {
  if (entry.method === zipMethod.deflate && isReadable(entry)) return unpackHead(entry.packed)
  return (await inflateEntry(entry, most)).bytes
}
