import { type CanonicalHeader, relaxedField, withoutSignature } from '../dkim/canonical-header.ts'
import { fitsAlgorithm, isKey, type KeyAnswer } from '../dkim/public-key.ts'
import { verifyText } from '../dkim/signed-data.ts'
import { type HashedBody, verifySignature } from '../dkim/verify-signature.ts'
import type { ArcChain, ArcSet } from './arc-chain.ts'

/**
 * `none`, `pass` and `fail` are the words of RFC 8617, 4.4. `temperror` is ours: a key could not be had, so
 * that nothing is known about the chain.
 */
export interface ArcResult {
  readonly result: 'none' | 'pass' | 'fail' | 'temperror'
  readonly reason: string | null
  /** Domains of the seals, oldest first; empty where there is no whole chain. */
  readonly sealers: readonly string[]
  readonly stale: boolean
}

export type FetchKey = (selector: string, domain: string) => Promise<KeyAnswer>

/**
 * Verifies a chain (RFC 8617, 5.2, steps 4 to 6): the newest message signature, then every seal from the
 * newest to the oldest. Older message signatures need not verify: later handlers may have changed the message.
 */
export async function verifyArc(
  chain: ArcChain,
  header: CanonicalHeader,
  body: HashedBody | null,
  fetchKey: FetchKey,
  nowSeconds: number,
): Promise<ArcResult> {
  if (chain.kind === 'none') return { result: 'none', reason: null, sealers: [], stale: false }
  if (chain.kind === 'broken' || body === null)
    return failed(chain.kind === 'broken' ? chain.reason : 'there is no body')
  const { sets, newest } = chain
  const sealers = sets.map((set) => set.seal.domain)
  const [messageKey, ...sealKeys] = await Promise.all([
    fetchKey(newest.selector, newest.domain),
    ...sets.map(({ seal }) => fetchKey(seal.selector, seal.domain)),
  ])
  const stale = [messageKey, ...sealKeys].some((each) => each.stale)
  const message = verifySignature(newest, header, body, messageKey.key, nowSeconds)
  if (message.word === 'temperror') return { result: 'temperror', reason: message.reason, sealers, stale }
  if (message.word !== 'pass') return failed(`i=${sets.length}: ${message.reason}`, sealers, stale)
  for (let instance = sets.length; instance >= 1; instance--) {
    const fault = sealFault(sets.slice(0, instance), header, sealKeys[instance - 1])
    if (fault?.temporary) return { result: 'temperror', reason: fault.reason, sealers, stale }
    if (fault) return failed(`i=${instance}: ${fault.reason}`, sealers, stale)
  }
  return { result: 'pass', reason: null, sealers, stale }
}

function failed(reason: string, sealers: readonly string[] = [], stale = false): ArcResult {
  return { result: 'fail', reason, sealers, stale }
}

/** What is wrong with the newest seal of some sets; null: nothing. */
function sealFault(
  sets: readonly ArcSet[],
  header: CanonicalHeader,
  answer: KeyAnswer | undefined,
): { reason: string; temporary: boolean } | null {
  const seal = sets.at(-1)?.seal
  if (seal === undefined || answer === undefined) return { reason: 'there is no seal', temporary: false }
  const { key } = answer
  if (!isKey(key)) return { reason: key.problem, temporary: key.word === 'temperror' }
  if (!fitsAlgorithm(key, seal.algorithm))
    return { reason: 'the key is of another type than the seal', temporary: false }
  const text = sealedText(sets, header) + relaxedField(withoutSignature(seal.field.raw))
  return verifyText(text, key.key, seal.algorithm, seal.signature)
    ? null
    : { reason: 'the seal does not verify', temporary: false }
}

/** What a seal covers but for itself: all sets, oldest first, in relaxed form (RFC 8617, 5.1.1). */
export function sealedText(sets: readonly ArcSet[], header: CanonicalHeader): string {
  let text = ''
  for (const [index, set] of sets.entries()) {
    text += `${header.form(set.results, 'relaxed')}\r\n${header.form(set.message, 'relaxed')}\r\n`
    if (index < sets.length - 1) text += `${header.form(set.seal.field, 'relaxed')}\r\n`
  }
  return text
}
