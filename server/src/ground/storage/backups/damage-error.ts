/** A file of pages in a folder of backups is missing, or not what it was when it was written. */
export class DamageError extends Error {
  /** Name of the file. */
  readonly file: string

  constructor(file: string, message: string) {
    super(message)
    this.file = file
  }
}
