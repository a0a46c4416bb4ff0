/** Kinds of mistakes that directories know (RFC 7644, 3.12). */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'

/** What a directory has asked cannot be done; it has changed nothing. */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | null
  /** When asking again may help, in milliseconds; 0: nobody knows. */
  readonly retryMs: number

  constructor(status: number, scimType: ScimType | null, detail: string, retryMs = 0) {
    super(detail)
    this.name = 'ScimError'
    this.status = status
    this.scimType = scimType
    this.retryMs = retryMs
  }
}

/** A value that is not what it should be. */
export function wrongValue(detail: string): ScimError {
  return new ScimError(400, 'invalidValue', detail)
}
