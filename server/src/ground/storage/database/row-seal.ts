import { join } from 'node:path'
import { openSealed, sealText } from '#ground/platform/sealed-text.ts'
import { readOrMakeSecret } from '#ground/platform/secret-file.ts'

/** Version, nonce of 12 bytes, tag of 16, and the text; see sealText. */
const sealedForm = /^v1\.[\w-]{16}\.[\w-]{22}\.[\w-]*$/

/**
 * Seals secrets on their way into rows, under the key of this site that lies beside the database. Rows from before
 * secrets were sealed are read as they are; `sealRows` seals them.
 */
export class RowSeal {
  readonly #path: string
  #key: string | null = null

  /** @param folder folder of all data */
  constructor(folder: string) {
    this.#path = join(folder, 'secrets', 'sealing.key')
  }

  isSealed(kept: string): boolean {
    return sealedForm.test(kept)
  }

  /** @param about what the secret belongs to, such as `totp anna`; it opens for nothing else */
  seal(about: string, secret: string): string {
    return secret === '' ? '' : sealText(this.#readKey(), about, secret)
  }

  /**
   * What was sealed. Where the key is another one by now the sealed text itself comes back: whatever it is used for
   * fails as with a wrong secret, and lists that hold it can still be read.
   */
  open(about: string, kept: string): string {
    return this.isSealed(kept) ? (this.tryOpen(about, kept) ?? kept) : kept
  }

  /** Null: it does not open. */
  tryOpen(about: string, kept: string): string | null {
    try {
      return openSealed(this.#readKey(), about, kept)
    } catch {
      return null
    }
  }

  #readKey(): string {
    this.#key ??= readOrMakeSecret(this.#path)
    return this.#key
  }
}
