import type { KeyObject } from 'node:crypto'
import { type CanonicalHeader, relaxedField, withoutSignature } from './canonical-header.ts'
import { signText } from './signed-data.ts'

/** Who signs, and when. */
export interface Signer {
  readonly domain: string
  readonly selector: string
  readonly key: KeyObject
  readonly nowSeconds: number
}

/** Fields worth signing (RFC 6376, 5.4.1): what readers see and what threads and lists hang on. */
const worthSigning = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
]

/** Makes a DKIM-Signature field (RFC 6376, 5), relaxed/relaxed, without its last line end. */
export function signMessage(header: CanonicalHeader, bodyHash: string, signer: Signer): string {
  const names = namesToSign(header, worthSigning)
  const head = `DKIM-Signature: v=1; ${commonTags(signer, names, bodyHash)}`
  return withValue(head, header.select(names, 'relaxed'), signer)
}

/** Makes an ARC-Message-Signature field (RFC 8617, 4.1.2), which also covers the DKIM signatures of the message. */
export function signForArc(
  header: CanonicalHeader,
  bodyHash: string,
  signer: Signer,
  instance: number,
): string {
  const names = namesToSign(header, [...worthSigning, 'dkim-signature'])
  const head = `ARC-Message-Signature: i=${instance}; ${commonTags(signer, names, bodyHash)}`
  return withValue(head, header.select(names, 'relaxed'), signer)
}

/** The algorithm that goes with a key. */
export function algorithmOf(key: KeyObject): string {
  return key.asymmetricKeyType === 'rsa' ? 'rsa-sha256' : 'ed25519-sha256'
}

/** Signs some data and the field itself, whose value is still empty; the field with its value, folded. */
export function withValue(head: string, data: string, signer: Signer): string {
  const field = `${head};\r\n\tb=`
  const value = signText(data + relaxedField(withoutSignature(field)), signer.key)
  return field + value.replace(/.{72}(?=.)/g, '$&\r\n\t')
}

/**
 * Each field as often as it stands, and From once more (RFC 6376, 8.15): a From that someone adds later breaks
 * the signature.
 */
function namesToSign(header: CanonicalHeader, wanted: readonly string[]): string[] {
  const names = wanted.flatMap((name) =>
    header
      .all(name)
      .slice(0, 20)
      .map(() => name),
  )
  return ['from', ...names]
}

function commonTags(signer: Signer, names: readonly string[], bodyHash: string): string {
  const { domain, selector, key, nowSeconds } = signer
  const who = `a=${algorithmOf(key)}; c=relaxed/relaxed;\r\n\td=${domain}; s=${selector}; t=${nowSeconds};`
  return `${who}\r\n\th=${foldNames(names)};\r\n\tbh=${bodyHash}`
}

function foldNames(names: readonly string[]): string {
  let line = 0
  let text = ''
  for (const [index, name] of names.entries()) {
    const piece = index === 0 ? name : `:${name}`
    if (line + piece.length > 70) {
      text += '\r\n\t'
      line = 0
    }
    text += piece
    line += piece.length
  }
  return text
}
