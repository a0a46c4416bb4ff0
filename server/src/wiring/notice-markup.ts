import { wrapWords } from '#ground/mail/printable-text.ts'

/** Plain text with one address to go to. */
export function textOf(words: readonly string[], button: string, address: string): string[] {
  return ['Hello,', ...words.flatMap((each) => ['', ...wrapWords(each, 72)]), '', button, '', address]
}

/** Any text as markup that shows it and does nothing. */
export function toMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.codePointAt(0)};`)
}

/** A paragraph; the first of a mail stands out. */
export function paragraphOf(text: string, isFirst = false): string {
  return isFirst
    ? `<p style="font-size:18px;margin:0 0 16px"><strong>${toMarkup(text)}</strong></p>`
    : `<p style="margin:0 0 16px">${toMarkup(text)}</p>`
}

/** A link that looks like a button. */
export function buttonOf(label: string, address: string): string {
  return `<p style="margin:0 0 16px"><a href="${toMarkup(address)}" style="display:inline-block;padding:12px 22px;background:#1f56b3;color:#ffffff;text-decoration:none;border-radius:6px;font-weight:600">${toMarkup(label)}</a></p>`
}

/** A whole mail of parts that are markup already. */
export function mailOf(title: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en"><head><meta name="color-scheme" content="light dark"><title>${toMarkup(title)}</title></head>
<body style="margin:0;padding:24px;font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:520px">
${parts.join('\n')}
</div></body></html>`
}

/** Words with one button behind the first of them. */
export function htmlOf(words: readonly string[], button: string, address: string): string {
  const [first = '', ...rest] = words.map((each, index) => paragraphOf(each, index === 0))
  return mailOf(button, [first, buttonOf(button, address), ...rest])
}
