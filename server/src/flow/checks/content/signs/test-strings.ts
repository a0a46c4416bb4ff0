import type { Finding } from '#flow/inspection/check.ts'
import type { MessageContent } from '#flow/inspection/message-content.ts'

/**
 * Strings that are there to try a filter with. They are put together here, so that this file does not set off the
 * filters of those who get it by mail.
 */
const testStrings = [
  { text: `XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-${'STANDARD-ANTI-UBE-TEST-EMAIL'}*C.34X`, kind: 'spam' },
  { text: `XJS*C4JDBQADN1.NSBN3*2IDNEN*GTPHISH-${'STANDARD-ANTI-PHISH-TEST-EMAIL'}*C.34X`, kind: 'phishing' },
] as const
const fileReadLength = 64 << 10

/** A test string in the text or in a file counts as what it stands for. */
export function findTestStrings({ texts, files }: MessageContent): Finding[] {
  return testStrings
    .filter(
      ({ text }) =>
        texts.some((each) => each.text.includes(text)) ||
        files.some(({ bytes }) => bytes.subarray(0, fileReadLength).includes(text)),
    )
    .map(({ kind }) => ({
      check: 'content',
      code: 'test-string',
      weight: 1000,
      kind,
      text: 'The message holds the string that filters are tried with.',
    }))
}
