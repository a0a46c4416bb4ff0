import type { Check, CheckResult, CheckTools, Edit, InspectedMessage } from '#flow/inspection/check.ts'
import { sealMessage } from './arc/seal-message.ts'
import { judgeOverride } from './arc/trusted-override.ts'
import { formatAuthenticationResults, formatResults } from './authentication-results.ts'
import { claimsToBeOurs } from './claimed-results.ts'
import { findingsFor } from './findings.ts'
import { readPrivateKey } from './private-key.ts'
import { type Authentication, verifyMessage } from './verify-message.ts'

/**
 * Who sent the message: SPF, DKIM, ARC and DMARC.
 *
 * Proposes `reject` or `quarantine` where DMARC fails under such a policy, and `defer` where DNS failed and what
 * is missing would decide: "could not check" is never "failed" (N-21). Edits: incoming Authentication-Results in
 * our name are removed, ours is put on top, above it an ARC set where a sealer is set. Prepended lines have no
 * line end of their own; they stand in the order of the list, top first. `facts` has every result for the trace.
 */
export const authentication: Check = {
  name: 'authentication',
  async run(message, tools) {
    const { settings } = tools
    const { ip, helo, mailFrom } = message.arrival
    const authenticated = await verifyMessage(
      {
        fields: message.header,
        bodyStart: message.mime.bodyStart,
        read: message.read,
        ip,
        helo,
        mailFrom,
        receiver: settings.host,
        nowSeconds: Math.floor(tools.now() / 1000),
        sampleKey: settings.traceKey,
        forSeal: settings.arcSeal !== null,
      },
      tools.resolver,
      tools.signal,
    )
    return resultOf(message, authenticated, tools)
  },
}

function resultOf(message: InspectedMessage, authenticated: Authentication, tools: CheckTools): CheckResult {
  const { settings } = tools
  const { spf, dkim, arc, dmarc, chain } = authenticated
  const failed = dmarc !== null && dmarc.result === 'fail' && dmarc.disposition !== 'none'
  const override = failed ? judgeOverride(chain, arc, dmarc.authorDomain, settings.arcTrusted) : 'no'
  const results = formatResults(authenticated, message.arrival.mailFrom, message.arrival.ip)
  const lines = [
    ...sealLines(authenticated, results, tools),
    formatAuthenticationResults(settings.host, results),
  ]
  const claimed = message.header.filter((field) => claimsToBeOurs(field, settings.host))
  const edits: Edit[] = [
    ...lines.map((line) => ({ kind: 'prepend' as const, line })),
    ...claimed.map(({ start, end }) => ({ kind: 'remove' as const, start, end })),
  ]
  return {
    findings: findingsFor(authenticated, override, settings),
    edits,
    facts: { spf, dkim, arc, dmarc, dmarcOverridden: override === 'yes', claimedResults: claimed.length },
  }
}

/**
 * The seal covers the fields as they came: it signs no Authentication-Results, so that neither the removal of
 * forged ones nor ours can break it (RFC 8617, 4.1.2).
 */
function sealLines(authenticated: Authentication, results: string, tools: CheckTools): string[] {
  const { arcSeal, host } = tools.settings
  const { header, chain, arc, bodyHash } = authenticated
  if (arcSeal === null || bodyHash === null) return []
  const signer = {
    domain: arcSeal.domain,
    selector: arcSeal.selector,
    key: readPrivateKey(arcSeal.privateKey),
    nowSeconds: Math.floor(tools.now() / 1000),
  }
  return sealMessage(header, chain, arc.result, bodyHash, host, results, signer) ?? []
}
