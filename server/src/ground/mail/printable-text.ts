/**
 * Text from outside made fit to stand within one line: line ends and other control characters become blanks.
 * What is longer than `maxLength` is cut and ends with an ellipsis.
 */
export function toPrintable(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}\u2026` : text
  return cut.toWellFormed().replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ')
}

/** Breaks a text at blanks into lines of about `width`, never empty ones; a word longer than `hardWidth` is broken within. */
export function wrapWords(text: string, width: number, hardWidth = 900): string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ')) {
    if (word === '') continue
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    // Surrogates are not parted: a piece ends before a high one.
    while (word.length > hardWidth) {
      const end = /[\ud800-\udbff]/.test(word[hardWidth - 1]!) ? hardWidth - 1 : hardWidth
      lines.push(word.slice(0, end))
      word = word.slice(end)
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
