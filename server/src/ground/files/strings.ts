/** Addresses of the web in bytes that are no text: in letters of one byte, and of two as Windows writes them. */
export function addressesIn(bytes: Buffer, most: number): string[] {
  const found = new Set<string>()
  for (const [mark, width] of marks) {
    let at = bytes.indexOf(mark)
    for (let tries = 0; at >= 0 && found.size < most && tries < most * 4; tries++) {
      const url = readFrom(bytes, at, width)
      if (/^https?:\/\/[^/.\s]{1,200}\.[^.\s]/i.test(url)) found.add(url)
      at = bytes.indexOf(mark, at + Math.max(width, url.length * width))
    }
  }
  return [...found]
}

const marks: readonly (readonly [mark: Buffer, width: 1 | 2])[] = [
  [Buffer.from('http'), 1],
  [Buffer.from('http', 'utf16le'), 2],
]

const longest = 2048

/** Up to the first character that no address has. */
function readFrom(bytes: Buffer, at: number, width: 1 | 2): string {
  const text = bytes.toString(width === 1 ? 'latin1' : 'utf16le', at, at + longest * width)
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]{0,2048}/.exec(text)![0]
}
