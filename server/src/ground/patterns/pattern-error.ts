/** A pattern that cannot be taken; the text says why, for whoever wrote it. */
export class PatternError extends Error {
  readonly code = 'pattern'
  constructor(text: string) {
    super(text)
    this.name = 'PatternError'
  }
}
