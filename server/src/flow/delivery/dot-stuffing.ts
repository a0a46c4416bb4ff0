const dot = Buffer.from('.')

/**
 * Doubles the dot at the start of each line and closes the message for DATA (RFC 5321, 4.5.2).
 * Most messages have no such line and pass without being copied.
 */
export class DotStuffing {
  #atLineStart = true
  #lastByte = 10

  /** What ends the message, with the line end that its last line may lack. */
  end(): string {
    return this.#lastByte === 10 ? '.\r\n' : '\r\n.\r\n'
  }

  /** The pieces to write for a piece of the message. */
  *stuff(chunk: Buffer): Generator<Buffer> {
    if (chunk.length === 0) return
    let from = 0
    if (this.#atLineStart && chunk[0] === 46) yield dot
    for (let at = chunk.indexOf('\n.'); at >= 0; at = chunk.indexOf('\n.', at + 1)) {
      yield chunk.subarray(from, at + 1)
      yield dot
      from = at + 1
    }
    yield chunk.subarray(from)
    this.#lastByte = chunk[chunk.length - 1] ?? 0
    this.#atLineStart = this.#lastByte === 10
  }
}
