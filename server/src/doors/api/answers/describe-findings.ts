import type { TracedFinding } from '@mailkeep/contract'

const evidenceShown = 500

/** Findings as inspection wrote them down: what asked for something first, then by weight. */
export function describeFindings(findings: readonly object[]): TracedFinding[] {
  return findings
    .map((found) => {
      const { check, code, weight, text, proposal, evidence } = found as Record<string, unknown>
      return {
        check: String(check ?? ''),
        code: String(code ?? ''),
        weight: Number(weight) || 0,
        text: String(text ?? ''),
        proposal: typeof proposal === 'string' ? proposal : null,
        evidence: describeEvidence(evidence),
      }
    })
    .sort((a, b) => Number(b.proposal !== null) - Number(a.proposal !== null) || b.weight - a.weight)
}

function describeEvidence(evidence: unknown): { name: string; value: string }[] {
  if (typeof evidence !== 'object' || evidence === null) return []
  return Object.entries(evidence)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => ({ name, value: inWords(value) }))
}

function inWords(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= evidenceShown ? text : `${text.slice(0, evidenceShown)}…`
}
