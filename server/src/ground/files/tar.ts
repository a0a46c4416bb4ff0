/** A member of a tar or cpio archive: these are not packed. */
export interface ArchiveMember {
  readonly name: string
  readonly bytes: Buffer
}

const block = 512

/** Members of a tar archive, or of the beginning of one. Ends at the first header that is none. */
export function* readTar(bytes: Buffer): Generator<ArchiveMember> {
  let at = 0
  let longName: string | null = null
  while (at + block <= bytes.length && bytes[at] !== 0) {
    const size = readOctal(bytes.subarray(at + 124, at + 136))
    if (size === null) return
    const kind = String.fromCharCode(bytes[at + 156]!)
    const content = bytes.subarray(at + block, Math.min(bytes.length, at + block + size))
    if (kind === 'L') longName = readText(content.subarray(0, 4096))
    else if (kind === '0' || kind === '\0' || kind === '7') {
      yield { name: longName ?? readText(bytes.subarray(at, at + 100)), bytes: content }
      longName = null
    }
    at += block + Math.ceil(size / block) * block
  }
}

function readOctal(field: Buffer): number | null {
  const digits = readText(field).trim()
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null
}

function readText(field: Buffer): string {
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? field.length : end)
}

/** Members of a cpio archive in any of its four forms. */
export function* readCpio(bytes: Buffer): Generator<ArchiveMember> {
  let at = 0
  for (;;) {
    const head = readCpioHead(bytes, at)
    if (!head || head.next <= at || head.name === 'TRAILER!!!') return
    yield {
      name: head.name,
      bytes: bytes.subarray(head.start, Math.min(bytes.length, head.start + head.size)),
    }
    at = head.next
  }
}

interface CpioHead {
  readonly name: string
  readonly start: number
  readonly size: number
  readonly next: number
}

function readCpioHead(bytes: Buffer, at: number): CpioHead | null {
  const mark = bytes.toString('latin1', at, at + 6)
  if (mark === '070701' || mark === '070702') return readNewc(bytes, at)
  if (mark === '070707') return readOdc(bytes, at)
  if (at + 26 > bytes.length) return null
  if (bytes.readUInt16LE(at) === 0o070707) return readBinary(bytes, at, (from) => bytes.readUInt16LE(from))
  if (bytes.readUInt16BE(at) === 0o070707) return readBinary(bytes, at, (from) => bytes.readUInt16BE(from))
  return null
}

function readNewc(bytes: Buffer, at: number): CpioHead | null {
  if (at + 110 > bytes.length) return null
  const field = (n: number) => Number.parseInt(bytes.toString('latin1', at + 6 + n * 8, at + 14 + n * 8), 16)
  return compose(bytes, at + 110, field(11), field(6), 4)
}

function readOdc(bytes: Buffer, at: number): CpioHead | null {
  if (at + 76 > bytes.length) return null
  const field = (from: number, length: number) =>
    Number.parseInt(bytes.toString('latin1', at + from, at + from + length), 8)
  return compose(bytes, at + 76, field(59, 6), field(65, 11), 1)
}

function readBinary(bytes: Buffer, at: number, word: (from: number) => number): CpioHead | null {
  return compose(bytes, at + 26, word(at + 20), word(at + 22) * 0x10000 + word(at + 24), 2)
}

function compose(
  bytes: Buffer,
  name: number,
  nameSize: number,
  size: number,
  align: number,
): CpioHead | null {
  if (!Number.isSafeInteger(nameSize) || !Number.isSafeInteger(size) || nameSize < 1 || size < 0) return null
  const up = (value: number) => Math.ceil(value / align) * align
  // All forms begin at a multiple of their alignment, so that places in the file can be rounded.
  const start = up(name + nameSize)
  return {
    name: bytes.toString('utf8', name, Math.min(name + nameSize - 1, name + 4096)),
    start,
    size,
    next: up(start + size),
  }
}
