import type {
  Check,
  CheckResult,
  CheckSettings,
  CheckTools,
  Edit,
  InspectedMessage,
} from '#flow/inspection/check.ts'
import { changesBody, hashEditedBody, readEditedHeader } from './arc/read-edited.ts'
import { sealMessage } from './arc/seal-message.ts'
import { judgeOverride } from './arc/trusted-override.ts'
import { formatAuthenticationResults, formatResults } from './authentication-results.ts'
import { claimsToBeOurs } from './claimed-results.ts'
import { findingsFor, openProposal } from './findings.ts'
import { readPrivateKey } from './private-key.ts'
import { type Authentication, verifyMessage } from './verify-message.ts'

/**
 * Share of the time that SPF may begin look-ups in. The sender's own domain decides how long it takes, and DMARC,
 * which speaks for the author's, needs the rest.
 */
const shareOfSpf = 0.4

/**
 * Who sent the message: SPF, DKIM, ARC and DMARC.
 *
 * Proposes `reject` or `quarantine` where DMARC fails under such a policy, and `defer` where DNS failed and what
 * is missing would decide: "could not check" is never "failed" (N-21). Edits: incoming Authentication-Results in
 * our name are removed, ours is put on top. Where a sealer is set, `seal` makes an ARC set over the message in the
 * form that it leaves in. `facts` has every result for the trace.
 *
 * Mail of our own people has another proof (who sends it has logged in, or is a server that is known), and says nothing
 * of it to the world.
 *
 * Where it could not be made, all is open: who can make this check slow must neither get past DMARC that way nor
 * keep results in our name that he wrote himself.
 */
export const authentication: Check = {
  name: 'authentication',
  async run(message, tools) {
    const { settings } = tools
    const { ip, helo, mailFrom, sender } = message.arrival
    if (sender)
      return { findings: [], edits: headerEdits(message, [], settings), facts: { sentBy: sender.by } }
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
        spfMs: tools.budgetMs * shareOfSpf,
      },
      tools.resolver,
      tools.signal,
    )
    return resultOf(message, authenticated, tools)
  },
  ifUnavailable(message, settings) {
    if (message.arrival.sender) return { edits: headerEdits(message, [], settings) }
    const unknown = formatAuthenticationResults(settings.host, 'none')
    return { ...openProposal(settings), edits: headerEdits(message, [unknown], settings) }
  },
}

function resultOf(message: InspectedMessage, authenticated: Authentication, tools: CheckTools): CheckResult {
  const { settings } = tools
  const { spf, dkim, arc, dmarc, chain } = authenticated
  const failed = dmarc !== null && dmarc.result === 'fail' && dmarc.disposition !== 'none'
  const override = failed ? judgeOverride(chain, arc, dmarc.authorDomain, settings.arcTrusted) : 'no'
  const results = formatResults(authenticated, message.arrival.mailFrom, message.arrival.ip)
  const lines = [formatAuthenticationResults(settings.host, results)]
  const edits = headerEdits(message, lines, settings)
  const claimedResults = edits.length - lines.length
  return {
    findings: findingsFor(authenticated, override, settings),
    edits,
    ...(settings.arcSeal !== null && {
      seal: (all) => sealLines(message, all, authenticated, results, tools),
    }),
    facts: { spf, dkim, arc, dmarc, dmarcOverridden: override === 'yes', claimedResults },
  }
}

/** Our lines on top, and out with what came in under our name. */
function headerEdits(message: InspectedMessage, lines: readonly string[], { host }: CheckSettings): Edit[] {
  const claimed = message.header.filter((field) => claimsToBeOurs(field, host))
  return [
    ...lines.map((line) => ({ kind: 'prepend' as const, line })),
    ...claimed.map(({ start, end }) => ({ kind: 'remove' as const, start, end })),
  ]
}

/**
 * The seal says what the message was when it came, and covers it as it leaves. It signs no Authentication-Results, so
 * that neither the removal of forged ones nor ours can break it (RFC 8617, 4.1.2).
 */
async function sealLines(
  message: InspectedMessage,
  edits: readonly Edit[],
  authenticated: Authentication,
  results: string,
  tools: CheckTools,
): Promise<readonly string[]> {
  const { arcSeal, host } = tools.settings
  const { chain, arc, bodyHash } = authenticated
  if (arcSeal === null || bodyHash === null) return []
  const signer = {
    domain: arcSeal.domain,
    selector: arcSeal.selector,
    key: readPrivateKey(arcSeal.privateKey),
    nowSeconds: Math.floor(tools.now() / 1000),
  }
  const header = await readEditedHeader(message, edits)
  const hash = changesBody(message, edits) ? await hashEditedBody(message, edits) : bodyHash
  return sealMessage(header, chain, arc.result, hash, host, results, signer) ?? []
}
