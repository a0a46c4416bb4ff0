export type AccessRefusalCode = 'wrong-sign-in' | 'too-many-tries' | 'link-over' | 'wrong-code'

/** Somebody is not let in. The text is the same for all causes that would tell a stranger something. */
export class AccessRefusal extends Error {
  readonly code: AccessRefusalCode
  /** When another try may be made, in milliseconds from now; 0: at once. */
  readonly waitMs: number
  /** For the audit log: what the text does not tell a stranger. */
  readonly why: string

  constructor(code: AccessRefusalCode, text: string, waitMs = 0, why = text) {
    super(text)
    this.name = 'AccessRefusal'
    this.code = code
    this.waitMs = waitMs
    this.why = why
  }
}
