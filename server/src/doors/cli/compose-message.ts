import { randomBytes } from 'node:crypto'

export interface DraftMessage {
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly body: string
  /** The body is filled up to this many bytes. */
  readonly bodyBytes: number
  readonly at: Date
  /** For the Message-ID. */
  readonly host: string
}

const filler = 'This line fills the message up to the size that was asked for.\r\n'

/** A plain message of one text part. */
export function composeMessage({ from, to, subject, body, bodyBytes, at, host }: DraftMessage): Buffer {
  const isAscii = /^[\x20-\x7e]*$/.test(subject)
  const head = [
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `From: <${from}>`,
    `To: ${to.map((each) => `<${each}>`).join(',\r\n ')}`,
    `Subject: ${isAscii ? subject : encodeWords(subject)}`,
    `Message-ID: <${randomBytes(12).toString('hex')}@${host}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ].join('\r\n')
  const text = Buffer.from(body.replace(/\r?\n/g, '\r\n'))
  const fill = Math.max(0, bodyBytes - text.length)
  return Buffer.concat([Buffer.from(head), text, Buffer.alloc(fill, filler)])
}

/** Encoded words (RFC 2047) of at most 75 characters, cut between characters. */
function encodeWords(text: string): string {
  const words: string[] = []
  let part = ''
  for (const letter of text) {
    if (Buffer.byteLength(part + letter) > 42) {
      words.push(part)
      part = ''
    }
    part += letter
  }
  return [...words, part].map((each) => `=?UTF-8?B?${Buffer.from(each).toString('base64')}?=`).join('\r\n ')
}
