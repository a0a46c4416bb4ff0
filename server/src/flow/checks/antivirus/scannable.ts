import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { ContentText, MessageContent } from '#flow/inspection/message-content.ts'
import type { Chunks } from './clamd-exchange.ts'

/** Something to show to a scanner. */
export interface Stream {
  /** What it is, for people: a file name, or "the message". */
  readonly name: string
  readonly open: () => Chunks
}

/** Files shown by themselves; of a message with more, the rest is seen within the message only. */
const mostFiles = 20

/**
 * Before the message, so that a scanner knows a mail by its first line, whatever field or byte the sender put there.
 */
const mailLine = Buffer.from('Received: from client by mailkeep\r\n')

/**
 * What of a message is shown to a scanner: files as we decode them, and the message as it came, which a scanner
 * takes apart in its own way. Where the two ways differ, a receiver may follow either.
 */
export function streamsOf(
  message: InspectedMessage,
  { files }: MessageContent,
  scan: 'files' | 'message' | 'both',
): Stream[] {
  const whole = { name: 'the message', open: () => asMail(message) }
  if (scan === 'message') return [whole]
  const shown = files.filter((each) => !each.cut && each.bytes.length > 0).slice(0, mostFiles)
  const streams = shown.map((each) => ({ name: each.name || each.part.type, open: () => [each.bytes] }))
  const all = shown.length === files.filter((each) => each.size > 0).length
  return scan === 'files' && all && files.length > 0 ? streams : [...streams, whole]
}

async function* asMail(message: InspectedMessage): AsyncGenerator<Buffer> {
  yield mailLine
  yield* message.read()
}

/** Text that is no text: what mail programs unpack from it, or the string that tests of scanners are made with. */
const packed = /^begin [0-7]{3,4} |^=ybegin |\$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!/m

/**
 * Whether there is anything in a message that could do harm by being opened or shown. Mail that is nothing but text
 * need not wait for a scanner that is away.
 */
export function holdsScannable({ texts, files }: MessageContent): boolean {
  return files.some((each) => each.size > 0) || texts.some(isActive)
}

function isActive({ text, html, cut }: ContentText): boolean {
  if (cut || packed.test(text)) return true
  if (html === null) return false
  return (
    html.scripts !== '' ||
    html.handlers > 0 ||
    ['object', 'embed', 'iframe', 'svg'].some((name) => html.notable.has(name)) ||
    html.links.some((link) => /^\s*(?:data|javascript|vbscript):/i.test(link.href))
  )
}
