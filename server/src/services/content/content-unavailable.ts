/** Content cannot be read now; the text says why. It is not known to be lost. */
export class ContentUnavailable extends Error {
  override readonly name = 'ContentUnavailable'
}
