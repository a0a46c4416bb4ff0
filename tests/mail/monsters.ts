/**
 * The monster messages of drill D10, made on the spot: each function gives one message with CRLF line ends,
 * the same one for the same arguments.
 */

const head = [
  'From: Alice <alice@example.org>',
  'Date: Wed, 1 Jan 2025 00:00:00 +0000',
  'Message-ID: <monster@example.org>',
  'Subject: A monster',
  '',
].join('\r\n')

/** An ordinary text message of about `size` bytes, to compare the others with. */
export function plainMessage(size: number): Buffer {
  const line = 'Plain words of an ordinary letter that fill one line after another.\r\n'
  const start = `${head}To: bob@example.test\r\n\r\n`
  return Buffer.from(start + line.repeat(Math.max(1, Math.ceil((size - start.length) / line.length))))
}

/** `count` Cc addresses of `length` characters each; 2,000 of 30, 45 and 60 make 66, 96 and 126 KB of header. */
export function manyCcAddresses(count: number, length: number): Buffer {
  const lines: string[] = []
  for (let i = 0; i < count; i++) lines.push(`u${i}@example.org`.padStart(length, 'a'))
  return Buffer.from(`${head}Cc: ${lines.join(',\r\n ')}\r\n\r\nTo all of you.\r\n`)
}

/** One header line of `size` bytes, not folded. */
export function longHeaderLine(size: number): Buffer {
  return Buffer.from(`${head}X-Long: ${'x'.repeat(size - 8)}\r\n\r\nShort.\r\n`)
}

/** `count` Received fields. */
export function manyReceived(count: number): Buffer {
  const lines: string[] = []
  for (let i = 0; i < count; i++)
    lines.push(`Received: by mx${i}.example.net; Wed, 1 Jan 2025 00:00:00 +0000\r\n`)
  return Buffer.from(`${lines.join('')}${head}\r\nRound and round.\r\n`)
}

/** Multiparts within multiparts, `levels` deep, all open at once; boundaries that begin like one another. */
export function deepMime(levels: number): Buffer {
  const lines: string[] = [head.trimEnd(), 'Content-Type: multipart/mixed; boundary="b0"', '']
  for (let i = 1; i < levels; i++)
    lines.push(`--b${i - 1}`, `Content-Type: multipart/mixed; boundary="b${i}"`, '')
  lines.push(`--b${levels - 1}`, '', 'At the bottom.')
  for (let i = levels - 1; i >= 0; i--) lines.push(`--b${i}--`)
  return Buffer.from(`${lines.join('\r\n')}\r\n`)
}

/** Messages within messages, `levels` deep. */
export function deepMessages(levels: number): Buffer {
  return Buffer.from(
    `${head}${'Content-Type: message/rfc822\r\n\r\n'.repeat(levels)}Subject: in\r\n\r\nAt the bottom.\r\n`,
  )
}

/** One multipart with `count` small parts. */
export function manyParts(count: number): Buffer {
  const part = '--part\r\nContent-Type: text/plain\r\n\r\nx\r\n'
  return Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary=part\r\n\r\n${part.repeat(count)}--part--\r\n`,
  )
}

/** A subject of `count` encoded words, each with another charset and half of them broken. */
export function encodedWordFlood(count: number): Buffer {
  const words: string[] = []
  for (let i = 0; i < count; i++) words.push(i % 2 === 0 ? `=?x-charset-${i}?Q?=C3=A4?=` : '=?utf-8?B?w6Q')
  return Buffer.from(`${head.replace('A monster', words.join('\r\n '))}\r\nWords.\r\n`)
}

/** A body of lone CR and lone LF by turns, `size` bytes. */
export function loneLineEnds(size: number): Buffer {
  return Buffer.from(`${head}\r\n${'\r \n '.repeat(Math.ceil(size / 4))}\r\n`)
}

/** `count` links in HTML. */
export function manyLinks(count: number): Buffer {
  const lines: string[] = []
  for (let i = 0; i < count; i++)
    lines.push(`<a href="https://host${i}.example.net/path?q=${i}">link ${i}</a>\r\n`)
  return Buffer.from(`${head}Content-Type: text/html\r\n\r\n${lines.join('')}`)
}

/** A multipart whose body is `count` lines that begin like its boundary. */
export function likeBoundaries(count: number): Buffer {
  return Buffer.from(
    `${head}Content-Type: multipart/mixed; boundary=part\r\n\r\n${'--parx\r\n'.repeat(count)}--part--\r\n`,
  )
}
