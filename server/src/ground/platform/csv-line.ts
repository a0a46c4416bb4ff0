/** A line of CSV. A field that a spreadsheet would take for a formula gets an apostrophe: mail is written by strangers. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\n`
}

function csvField(text: string): string {
  const isFormula = /^\s*[=+\-@]/.test(text) && !/^-?\d{1,15}(\.\d{1,6})?$/.test(text)
  const safe = isFormula || /^[\t\r]/.test(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
