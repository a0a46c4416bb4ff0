const offset = 0x811c9dc5
const prime = 0x01000193

/** 32 bits of a text (FNV-1a over code units, with a final mix). */
export function hashText(text: string): number {
  return mix(extend(offset, text))
}

/** As `hashText` of the three, parted by a blank; without making that text. */
export function hashWords(kind: string, first: string, second: string): number {
  return mix(extend(blank(extend(blank(extend(offset, kind)), first)), second))
}

/** As `hashText` of the kind, a blank and `length` letters of a text from `at` on; without making that text. */
export function hashPiece(kind: string, text: string, at: number, length: number): number {
  let hash = blank(extend(offset, kind))
  for (let i = at; i < at + length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return mix(hash)
}

function blank(hash: number): number {
  return Math.imul(hash ^ 32, prime)
}

function extend(hash: number, text: string): number {
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return hash
}

/** The last letters reach all bits. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
