/** What a module of macros may grow to, and what is read of all. */
const limits = { module: 256 << 10, modules: 100 } as const

/** Names of procedures that Office runs by itself when a document is opened, shown or closed. */
const automatic =
  /\b(?:auto_?(?:open|exec|close|new|exit)|document_?(?:open|close|new|beforeclose)|workbook_?(?:open|activate|beforeclose)|slideshow\w{0,30}|\w{1,40}_(?:layout|painted|painting|beforenavigate2|onconnecting|navigatecomplete2|documentcomplete))\b/i

/** Source texts of macros in a stream of a VBA project, which are packed (MS-OVBA, 2.4.1). */
export function* readModules(stream: Buffer): Generator<string> {
  // Each source begins with lines "Attribute", of which the first letters are never packed.
  const mark = Buffer.from('\0Attribut')
  let at = stream.indexOf(mark)
  for (let modules = 0; at >= 0 && modules < limits.modules; modules++) {
    if (at >= 3 && stream[at - 3] === 1) yield unpackModule(stream.subarray(at - 3)).toString('latin1')
    at = stream.indexOf(mark, at + mark.length)
  }
}

/** Whether a source text has procedures that run by themselves. */
export function runsByItself(source: string): boolean {
  return automatic.test(source)
}

function unpackModule(bytes: Buffer): Buffer {
  const out = Buffer.alloc(limits.module)
  let length = 0
  let at = 1
  while (at + 2 <= bytes.length && length < out.length) {
    const header = bytes.readUInt16LE(at)
    if ((header & 0x7000) !== 0x3000) break
    const end = Math.min(bytes.length, at + (header & 0x0fff) + 3)
    length =
      header & 0x8000
        ? unpackChunk(bytes.subarray(at + 2, end), out, length)
        : length + bytes.copy(out, length, at + 2, end)
    at = end
  }
  return out.subarray(0, length)
}

/** Tokens in eights, each group behind a byte that tells copies from letters. */
function unpackChunk(chunk: Buffer, out: Buffer, start: number): number {
  let length = start
  let at = 0
  while (at < chunk.length) {
    const flags = chunk[at++]!
    for (let bit = 0; bit < 8 && at < chunk.length; bit++) {
      if (length >= out.length) return length
      if ((flags & (1 << bit)) === 0) out[length++] = chunk[at++]!
      else if (at + 2 > chunk.length) return length
      else {
        const token = chunk.readUInt16LE(at)
        at += 2
        const bits = Math.max(4, 32 - Math.clz32(Math.max(1, length - start - 1)))
        const distance = (token >> (16 - bits)) + 1
        const count = (token & (0xffff >> bits)) + 3
        if (distance > length - start) return length
        for (let each = 0; each < count && length < out.length; each++)
          out[length] = out[length++ - distance]!
      }
    }
  }
  return length
}
