import { type CanonicalHeader, relaxedField } from '../dkim/canonical-header.ts'
import { algorithmOf, type Signer, signForArc, withValue } from '../dkim/sign-message.ts'
import type { ArcChain } from './arc-chain.ts'
import type { ArcResult } from './verify-arc.ts'
import { sealedText } from './verify-arc.ts'

const maxSets = 50

/**
 * Makes a new ARC set (RFC 8617, 5.1): ARC-Seal, ARC-Message-Signature and ARC-Authentication-Results, in the
 * order in which they stand on top of the message, each without its last line end.
 * @param results what ARC-Authentication-Results carries after the authserv-id
 * @returns null where no set may be added: the chain has ended or is full, or it could not be checked, and a
 *   seal that calls it failed would break it for good
 */
export function sealMessage(
  header: CanonicalHeader,
  chain: ArcChain,
  verified: ArcResult['result'],
  bodyHash: string,
  host: string,
  results: string,
  signer: Signer,
): string[] | null {
  const before = chain.kind === 'none' ? 0 : chain.kind === 'whole' ? chain.sets.length : chain.highest
  const ended = chain.kind === 'broken' && chain.ended
  if (verified === 'temperror' || ended || before >= maxSets) return null
  const instance = before + 1
  const status = verified === 'none' ? 'none' : verified
  // The first set says that there was no chain, and no other may (RFC 8617, 5.2, step 3.C).
  if ((instance === 1) !== (status === 'none')) return null
  const own = `ARC-Authentication-Results: i=${instance}; ${host};\r\n\t${results}`
  const message = signForArc(header, bodyHash, signer, instance)
  // A failed chain is not covered: its fields may be in any state (RFC 8617, 5.1.2).
  const covered = chain.kind === 'whole' && status === 'pass' ? chainText(chain, header) : ''
  const data = `${covered}${relaxedField(own)}\r\n${relaxedField(message)}\r\n`
  const { domain, selector, key, nowSeconds } = signer
  const head = `ARC-Seal: i=${instance}; a=${algorithmOf(key)}; t=${nowSeconds}; cv=${status};\r\n\td=${domain}; s=${selector}`
  return [withValue(head, data, signer), message, own]
}

function chainText(chain: Extract<ArcChain, { kind: 'whole' }>, header: CanonicalHeader): string {
  const last = chain.sets.at(-1)
  return last === undefined
    ? ''
    : `${sealedText(chain.sets, header)}${header.form(last.seal.field, 'relaxed')}\r\n`
}
