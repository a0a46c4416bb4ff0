/** One line of a batch; null where it was too long to be kept. */
export type Line = string | null

const newline = 10

/**
 * Splits a stream into lines. A line longer than the limit is passed over to its end without being kept, so
 * that no input fills the memory; the lines after it are whole again.
 */
export async function* readLines(stream: NodeJS.ReadableStream, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let length = 0
  for await (const piece of stream) {
    let rest = Buffer.isBuffer(piece) ? piece : Buffer.from(piece)
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      length += end
      if (length <= maxBytes) parts.push(rest.subarray(0, end))
      yield length > maxBytes ? null : Buffer.concat(parts).toString('utf8')
      parts = []
      length = 0
      rest = rest.subarray(end + 1)
    }
    length += rest.length
    if (length <= maxBytes) parts.push(rest)
    else parts = []
  }
  if (length > 0) yield length > maxBytes ? null : Buffer.concat(parts).toString('utf8')
}
