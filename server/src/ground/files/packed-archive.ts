import { openArchive, type PackedEntry } from './libarchive.ts'

/** What reading archives may cost in one message: bytes unpacked, also of what is thrown away, and milliseconds. */
export interface PackedRoom {
  bytes: number
  ms: number
}

export const packedRoom: Readonly<PackedRoom> = { bytes: 96 << 20, ms: 1500 }

/** One entry of an archive, with as much of its content as was wanted. */
export interface PackedFile {
  readonly entry: PackedEntry
  readonly bytes: Buffer
  /** There is more of it than was kept. */
  readonly more: boolean
}

/** How reading an archive ended: a content that could not be read, a header that was none, or no room any more. */
export type PackedEnd = 'complete' | 'unreadable' | 'torn' | 'spent'

const headSize = 4096

/**
 * Unpacks an archive entry by entry: the head of each, and of those that `wanted` asks for as many bytes as it says.
 * What is not kept is unpacked all the same where what follows depends on it, and counts. Takes turns with others:
 * one archive, and those within it, is open at a time.
 * @param rest gives other work its turn
 */
export async function* unpackArchive(
  bytes: Buffer,
  wanted: (entry: PackedEntry, head: Buffer) => number,
  room: PackedRoom,
  rest: () => Promise<void>,
): AsyncGenerator<PackedFile, PackedEnd> {
  const archive = await openArchive(bytes)
  if (!archive) return 'unreadable'
  // A disk is not packed: what nobody wants of it is passed over.
  const isDisk = bytes.length > 32_774 && bytes.toString('latin1', 32_769, 32_774) === 'CD001'
  const timed = <Result>(step: () => Result): Result => {
    const before = performance.now()
    const result = step()
    room.ms -= performance.now() - before
    return result
  }
  try {
    for (let entry = timed(() => archive.next()); entry; entry = timed(() => archive.next())) {
      const pieces: Buffer[] = []
      let [kept, length, most] = [0, 0, headSize]
      if (!entry.encrypted && entry.isFile)
        for (let piece = timed(() => archive.read()); piece; piece = timed(() => archive.read())) {
          room.bytes -= piece.length
          length += piece.length
          if (kept < most) {
            pieces.push(Buffer.from(piece))
            if (kept === 0) most = Math.max(headSize, wanted(entry, pieces[0]!))
            kept += piece.length
          }
          if (room.bytes <= 0 || room.ms <= 0 || (isDisk && kept >= most)) break
          await rest()
        }
      yield { entry, bytes: Buffer.concat(pieces, Math.min(kept, most)), more: length > most }
      if (archive.failed) return 'unreadable'
      if (room.bytes <= 0 || room.ms <= 0) return 'spent'
    }
    return archive.failed ? 'torn' : 'complete'
  } finally {
    archive.close()
  }
}
