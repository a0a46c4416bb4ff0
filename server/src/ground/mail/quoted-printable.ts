const longest = 75

/** Text with CRLF line ends in quoted-printable (RFC 2045, 6.7), lines of 76 characters at most. */
export function encodeQuotedPrintable(text: string): string {
  return text.split('\r\n').map(encodeLine).join('\r\n')
}

function encodeLine(line: string): string {
  const bytes = Buffer.from(line)
  const lines: string[] = []
  let current = ''
  bytes.forEach((byte, i) => {
    const blankAtEnd = (byte === 32 || byte === 9) && i === bytes.length - 1
    const plain = (byte >= 32 && byte <= 126 && byte !== 61) || byte === 9
    const next =
      plain && !blankAtEnd
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (current.length + next.length > longest) {
      lines.push(`${current}=`)
      current = ''
    }
    current += next
  })
  return [...lines, current].join('\r\n')
}
