/**
 * Characters that cannot be seen and change how what is beside them looks: controls, marks and overrides of writing
 * direction, blanks without width. Joiners within emoji and scripts (U+200C, U+200D) are part of their words.
 */
const hidden =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu

/** Text in which nothing is hidden: what would change its looks unseen is shown as a sign of its own. */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(hidden, (found) => {
    const code = found.codePointAt(0) ?? 0
    // Unicode has pictures for the old controls: U+240A shows a line feed.
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : code === 0x7f ? '\u2421' : '\uFFFD'
  })
}
