/** What is read of a table that is a text. */
const most = 1 << 20

/**
 * Whether a table that is a text (CSV, SYLK) starts a program when a spreadsheet opens it: by a link of DDE, such as
 * =cmd|'/c calc'!A1, or by a macro of Excel 4.
 */
export function startsProgram(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, most)
  const isSylk = text.startsWith('ID;')
  if (isSylk && /(?:;E|\b)(?:EXEC|CALL|REGISTER|FOPEN|INITIATE)\(/i.test(text)) return true
  for (let at = text.indexOf("|'"); at >= 0; at = text.indexOf("|'", at + 2)) {
    // The field or line that leads to the mark: a formula that names a program.
    const before = text.slice(Math.max(0, at - 200), at)
    const field = before.slice(
      Math.max(...[',', ';', '\t', '\n', '"'].map((each) => before.lastIndexOf(each))) + 1,
    )
    const isFormula = /^\s{0,9}(?:E|K)?[=+\-@]/.test(field) || (isSylk && field.startsWith('E'))
    if (isFormula && /[a-z]{2,}$/i.test(field) && text.slice(at, at + 300).includes("'!")) return true
  }
  return false
}
