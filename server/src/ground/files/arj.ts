import type { ArchiveList } from './archive-list.ts'

const mark = 0xea60
const mostFiles = 10_000

/** Names in an ARJ archive, and whether a password is needed; nobody unpacks these any more. */
export function listArj(bytes: Buffer): ArchiveList {
  const files: { name: string; size: number }[] = []
  let encrypted = false
  let at = 0
  while (at + 40 <= bytes.length && bytes.readUInt16LE(at) === mark && files.length < mostFiles) {
    const length = bytes.readUInt16LE(at + 2)
    if (length < 30) break
    const header = bytes.subarray(at + 4, at + 4 + length)
    if (header.length < 30) break
    // Behind the header stand its checksum and an extension, which is hardly ever there.
    const extension = at + 8 + length + 2 <= bytes.length ? bytes.readUInt16LE(at + 8 + length) : 0
    at += 8 + length + 2 + (extension > 0 ? extension + 4 : 0)
    // The first header is that of the archive itself.
    if (header[6] === 2) continue
    if (header[4]! & 1) encrypted = true
    const end = header.indexOf(0, header[0])
    files.push({
      name: header.toString('utf8', header[0], end < 0 ? length : end),
      size: header.readUInt32LE(16),
    })
    at += header.readUInt32LE(12)
  }
  return { files, encrypted }
}
