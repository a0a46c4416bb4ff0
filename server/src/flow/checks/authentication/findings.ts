import type { CheckSettings, Fallback, Finding } from '#flow/inspection/check.ts'
import type { Override } from './arc/trusted-override.ts'
import type { Authentication } from './verify-message.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
export const authenticationCodes = [
  'spf-none',
  'spf-neutral',
  'spf-pass',
  'spf-fail',
  'spf-softfail',
  'spf-temperror',
  'spf-permerror',
  'dkim-none',
  'dkim-pass',
  'dkim-fail',
  'dkim-policy',
  'dkim-neutral',
  'dkim-temperror',
  'dkim-permerror',
  'dkim-partial-body',
  'dkim-too-many-signatures',
  'arc-pass',
  'arc-fail',
  'arc-temperror',
  'dmarc-none',
  'dmarc-pass',
  'dmarc-fail',
  'dmarc-temperror',
  'dmarc-overridden',
  'dmarc-several-authors',
  'dmarc-unclear-author',
  'authentication-unavailable',
] as const

type Code = (typeof authenticationCodes)[number]

/** Product defaults of sensitivity GW-06; everything else weighs nothing by itself. */
const weights: { readonly [Each in Code]?: number } = { 'spf-softfail': 100, 'spf-fail': 300 }

const refusal = {
  code: 550,
  enhanced: '5.7.1',
  text: "Not authenticated as the policy of the sender's domain requires",
}
const deferral = {
  code: 451,
  enhanced: '4.7.5',
  text: 'The sender could not be authenticated at the moment, please try again later',
}

/** What the check says about a message, and what it asks for. */
export function findingsFor(
  authentication: Authentication,
  override: Override,
  settings: CheckSettings,
): Finding[] {
  return [
    spfFinding(authentication, override),
    ...dkimFindings(authentication),
    ...arcFindings(authentication),
    ...authorFindings(authentication),
    ...dmarcFindings(authentication, override, settings),
  ]
}

/** Forwarding breaks SPF. Where DMARC passes by DKIM, or did before a trusted forwarder, that is all it can say. */
function spfFinding({ spf, dmarc }: Authentication, override: Override): Finding {
  const { result, domain, identity, mechanism, reason, explanation, stale } = spf
  const whose = identity === 'helo' ? 'HELO name' : 'envelope sender'
  const text = `SPF for the ${whose}${domain === '' ? '' : ` ${domain}`}: ${result}${reason === null ? '' : ` (${reason})`}`
  const found = finding(`spf-${result}`, text, { domain, identity, mechanism, reason, explanation, stale })
  const isVouchedFor = dmarc?.result === 'pass' || override === 'yes'
  return isVouchedFor && found.weight > 0
    ? { ...found, weight: 0, text: `${text}; DMARC passes, so this weighs nothing` }
    : found
}

function dkimFindings({ dkim, ignoredSignatures }: Authentication): Finding[] {
  const found = dkim.map((each) => {
    const by = each.domain === null ? '' : ` by ${each.domain}`
    const text = `DKIM signature${by}: ${each.result}${each.reason === null ? '' : ` (${each.reason})`}`
    return finding(`dkim-${each.result}`, text, { ...each })
  })
  if (dkim.length === 0) found.push(finding('dkim-none', 'The message has no DKIM signature', {}))
  const partial = dkim.find((each) => each.result === 'pass' && each.unsignedBytes > 0)
  if (partial) {
    const { domain, unsignedBytes } = partial
    found.push(
      finding(
        'dkim-partial-body',
        `${unsignedBytes} bytes of the body are not covered by the signature of ${domain}`,
        { domain, unsignedBytes },
      ),
    )
  }
  if (ignoredSignatures > 0) {
    const text = `${ignoredSignatures} more DKIM signatures were not looked at`
    found.push(finding('dkim-too-many-signatures', text, { ignored: ignoredSignatures }))
  }
  return found
}

function arcFindings({ arc }: Authentication): Finding[] {
  if (arc.result === 'none') return []
  const text = `ARC chain: ${arc.result}${arc.reason === null ? '' : ` (${arc.reason})`}`
  return [finding(`arc-${arc.result}`, text, { sealers: arc.sealers, reason: arc.reason, stale: arc.stale })]
}

/** What is odd about From by its build is a finding of the check `structure`; here it is about who is judged. */
function authorFindings({ authors }: Authentication): Finding[] {
  const { oddity, domains } = authors
  if (domains.length > 1) {
    const text = `From names several domains (${domains.join(', ')}); the gravest DMARC result counts`
    return [finding('dmarc-several-authors', text, { domains })]
  }
  if (oddity !== 'broken-address') return []
  return [finding('dmarc-unclear-author', 'From holds an address that cannot be read clearly', { domains })]
}

function dmarcFindings({ dmarc }: Authentication, override: Override, settings: CheckSettings): Finding[] {
  if (dmarc === null)
    return [finding('dmarc-none', 'There is no author domain that DMARC could be checked for', {})]
  const { result, authorDomain, policy, disposition, alignment, reason, atStake, stale } = dmarc
  const evidence = { authorDomain, policy, disposition, alignment, reason, atStake, stale }
  const text = `DMARC for ${authorDomain}: ${result}${policy === null ? '' : `, policy ${policy}`}${reason === null ? '' : ` (${reason})`}`
  const plain = finding(`dmarc-${result}`, text, evidence)
  if (override === 'yes') {
    return [
      plain,
      finding('dmarc-overridden', 'A trusted forwarder saw DMARC pass before it changed the message', {
        authorDomain,
      }),
    ]
  }
  if (settings.dmarc === 'observe') return [plain]
  const open = override === 'open' || (result === 'temperror' && atStake !== 'none')
  if (open) return [{ ...plain, kind: 'spoof', ...openProposal(settings) }]
  if (result === 'fail' && disposition === 'reject')
    return [{ ...plain, kind: 'spoof', proposal: 'reject', reply: refusal }]
  if (result === 'fail' && disposition === 'quarantine')
    return [{ ...plain, kind: 'spoof', proposal: 'quarantine' }]
  return [plain]
}

/** What is asked for where DNS or time leave the result open: that the sender comes again (N-21). */
export function openProposal({ dmarc, temperror }: CheckSettings): Pick<Fallback, 'proposal' | 'reply'> {
  return dmarc === 'enforce' && temperror === 'defer' ? { proposal: 'defer', reply: deferral } : {}
}

function finding(code: Code, text: string, evidence: Readonly<Record<string, unknown>>): Finding {
  return { check: 'authentication', code, weight: weights[code] ?? 0, text, evidence }
}
