import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { DomainSigner } from '#flow/inspection/domain-signer.ts'
import type { ByteEdit } from '#ground/mail/byte-edits.ts'
import { hashEditedBody, readEditedHeader } from '../authentication/arc/read-edited.ts'
import { signMessage } from '../authentication/dkim/sign-message.ts'
import { readPrivateKey } from '../authentication/private-key.ts'

/**
 * DKIM-Signature fields over a message in the form that it leaves in, one for each key. A key that cannot be read signs
 * nothing: mail without a signature is better than none.
 */
export async function signLines(
  message: InspectedMessage,
  edits: readonly ByteEdit[],
  signers: readonly DomainSigner[],
  nowSeconds: number,
): Promise<string[]> {
  const [header, bodyHash] = await Promise.all([
    readEditedHeader(message, edits),
    hashEditedBody(message, edits),
  ])
  return signers.flatMap(({ domain, selector, privateKey }) => {
    try {
      const key = readPrivateKey(privateKey)
      return [signMessage(header, bodyHash, { domain, selector, key, nowSeconds })]
    } catch {
      return []
    }
  })
}
