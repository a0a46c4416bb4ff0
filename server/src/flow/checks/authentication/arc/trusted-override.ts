import type { HeaderField } from '#ground/mail/header.ts'
import type { ArcChain } from './arc-chain.ts'
import type { ArcResult } from './verify-arc.ts'

/** `open`: it would let the message through if its keys could be had. */
export type Override = 'yes' | 'no' | 'open'

/**
 * Whether a chain lets a message through that fails DMARC (RFC 8617, 7.2.1): it passes, the operator trusts
 * every sealer in it, and one of them saw DMARC pass for the author domain. A single sealer that is not
 * trusted could have made up everything before it.
 * @param trusted domains in any case; none at first
 */
export function judgeOverride(
  chain: ArcChain,
  verified: ArcResult,
  authorDomain: string,
  trusted: readonly string[],
): Override {
  if (chain.kind !== 'whole' || verified.result === 'fail' || trusted.length === 0) return 'no'
  const known = trusted.map((each) => each.toLowerCase())
  const allTrusted = chain.sets.every((set) => known.includes(set.seal.domain))
  if (!allTrusted || !chain.sets.some((set) => sawDmarcPass(set.results, authorDomain))) return 'no'
  return verified.result === 'pass' ? 'yes' : 'open'
}

function sawDmarcPass(field: HeaderField, authorDomain: string): boolean {
  const text = withoutComments(field.raw).toLowerCase()
  for (const part of text.split(';')) {
    if (!/^\s*dmarc\s*=\s*pass(?:\s|$)/.test(part)) continue
    const from = /\sheader\.from\s*=\s*"?([^\s"]+)/.exec(part)?.[1]
    if (from === undefined || from === authorDomain) return true
  }
  return false
}

/** Comments nest; what stands in them is no result (RFC 8601, 2.2). */
function withoutComments(text: string): string {
  let depth = 0
  let kept = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? ''
    if (character === '\\' && depth > 0) i++
    else if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0) kept += character
  }
  return kept
}
