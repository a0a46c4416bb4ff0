import type { PeerReply } from './outcome.ts'

/** Longest reply of a server that is read, all lines together; the rest is a fault of its own. */
const longest = 64 << 10

/** Cuts what a server sends into replies, which may have several lines (RFC 5321, 4.2). */
export class ReplyReader {
  #buffer = ''
  #lines: string[] = []
  #size = 0

  /** Takes bytes; answers the replies that are complete now. @throws Error when it is no SMTP */
  push(chunk: Buffer): PeerReply[] {
    this.#buffer += chunk.toString('latin1')
    this.#size += chunk.length
    if (this.#size > longest) throw new Error('the reply is longer than any reply should be')
    const replies: PeerReply[] = []
    for (let end = this.#buffer.indexOf('\n'); end >= 0; end = this.#buffer.indexOf('\n')) {
      const line = this.#buffer.slice(0, end).replace(/\r$/, '')
      this.#buffer = this.#buffer.slice(end + 1)
      const found = /^(\d{3})([ -]|$)(.*)$/.exec(line)
      if (!found) throw new Error(`not a reply: ${line.slice(0, 100)}`)
      this.#lines.push(found[3] ?? '')
      if (found[2] === '-') continue
      replies.push(toReply(Number(found[1]), this.#lines))
      this.#lines = []
      this.#size = this.#buffer.length
    }
    return replies
  }
}

const enhancedPattern = /^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)/

function toReply(code: number, lines: readonly string[]): PeerReply {
  const enhanced = enhancedPattern.exec(lines[0] ?? '')?.[1] ?? ''
  // Each line of a reply repeats the enhanced code (RFC 2034); people need it once.
  const text = lines.map((line) => (enhanced === '' ? line : line.replace(enhancedPattern, ''))).join('\n')
  return { code, enhanced, text }
}
