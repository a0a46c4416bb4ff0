import { BodyHash } from '#flow/checks/authentication/dkim/body-hash.ts'
import { CanonicalHeader } from '#flow/checks/authentication/dkim/canonical-header.ts'
import { signMessage } from '#flow/checks/authentication/dkim/sign-message.ts'
import { readPrivateKey } from '#flow/checks/authentication/private-key.ts'
import type { DomainSigner } from '#flow/inspection/domain-signer.ts'
import { parseHeader } from '#ground/mail/header.ts'

/**
 * A mail that we write ourselves, with a DKIM-Signature of each key on top; without keys as it is. A key that cannot be
 * read signs nothing: a report without a signature is better than none.
 */
export function signOwnMail(bytes: Buffer, signers: readonly DomainSigner[], nowMs: number): Buffer {
  if (signers.length === 0) return bytes
  const { fields, bodyStart } = parseHeader(bytes)
  const header = new CanonicalHeader(fields)
  const body = new BodyHash('relaxed', null)
  body.update(bytes.subarray(bodyStart))
  const bodyHash = body.digest()
  const nowSeconds = Math.floor(nowMs / 1000)
  const lines = signers.flatMap(({ domain, selector, privateKey }) => {
    try {
      const key = readPrivateKey(privateKey)
      return [`${signMessage(header, bodyHash, { domain, selector, key, nowSeconds })}\r\n`]
    } catch {
      return []
    }
  })
  return Buffer.concat([Buffer.from(lines.join('')), bytes])
}
