/** Something that is no report of the kind asked for. The text says what is wrong with it. */
export class ReportError extends Error {
  readonly code: 'no-report' | 'broken-report' | 'too-large'
  constructor(code: ReportError['code'], text: string) {
    super(text)
    this.name = 'ReportError'
    this.code = code
  }
}
