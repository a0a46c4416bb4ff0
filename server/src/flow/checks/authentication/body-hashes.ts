import { BodyHash } from './dkim/body-hash.ts'
import type { Canonicalization } from './dkim/canonical-header.ts'
import type { MessageSignature } from './dkim/message-signature.ts'
import type { HashedBody } from './dkim/verify-signature.ts'

/**
 * The hashes of a body that the signatures of a message ask for: one for each canonical form and length limit,
 * all made in one pass over the bytes.
 */
export class BodyHashes {
  readonly #running = new Map<string, BodyHash>()
  readonly #done = new Map<string, HashedBody>()

  /** Asks for a hash; before run(). */
  want(form: Canonicalization, limit: number | null): void {
    const key = keyOf(form, limit)
    if (!this.#running.has(key)) this.#running.set(key, new BodyHash(form, limit))
  }

  /** Reads the message once, or not at all where nothing was asked for. */
  async run(read: () => AsyncIterable<Buffer>, bodyStart: number, signal: AbortSignal): Promise<void> {
    const hashes = [...this.#running.values()]
    if (hashes.length === 0) return
    let position = 0
    for await (const chunk of read()) {
      signal.throwIfAborted()
      const skip = Math.max(0, bodyStart - position)
      position += chunk.length
      if (skip >= chunk.length) continue
      const body = skip === 0 ? chunk : chunk.subarray(skip)
      for (const hash of hashes) hash.update(body)
    }
    for (const [key, hash] of this.#running) this.#done.set(key, { hash: hash.digest(), length: hash.length })
  }

  /** The hash for a form and limit; null where it was not asked for. After run(). */
  get(form: Canonicalization, limit: number | null): HashedBody | null {
    return this.#done.get(keyOf(form, limit)) ?? null
  }

  /** The hash that a signature asks for. */
  of(signature: MessageSignature): HashedBody | null {
    return this.get(signature.bodyForm, signature.bodyLimit)
  }
}

function keyOf(form: Canonicalization, limit: number | null): string {
  return `${form} ${limit}`
}
