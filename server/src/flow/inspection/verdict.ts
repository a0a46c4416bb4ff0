import type { Finding, Proposal } from './check.ts'

/** What is done with a message for one recipient (docs/reference/glossary.md, "disposition"). */
export type Disposition = 'deliver' | 'wait' | 'quarantine' | 'hold' | 'defer' | 'reject'

/** What we think of a message. */
export type Verdict = 'clean' | 'spoof' | 'policy' | 'unscanned'

/** Settings of a recipient that decide about its mail, inherited from its tenant. */
export interface VerdictPolicy {
  readonly dmarc: 'enforce' | 'observe'
}

export interface Decision {
  readonly verdict: Verdict
  readonly disposition: Disposition
  readonly score: number
  /** The finding that decided; null: nothing spoke against delivery. */
  readonly because: Finding | null
}

/**
 * Order in which proposals win. A hold comes before a rejection: mail that goes round in circles has often lost
 * its authentication on the way, and refusing it would bounce what we may have looped ourselves (D20).
 */
const rank: Record<Proposal, number> = { hold: 4, reject: 3, defer: 2, quarantine: 1 }

const dispositions: Record<Proposal, Disposition> = {
  hold: 'hold',
  reject: 'reject',
  defer: 'defer',
  quarantine: 'quarantine',
}

/** Turns findings into one decision for a recipient. Pure: same findings and policy, same decision. */
export function decide(findings: readonly Finding[], policy: VerdictPolicy): Decision {
  const score = findings.reduce((sum, each) => sum + each.weight, 0)
  // All that the check of authentication asks for, it asks for the sake of DMARC.
  const counting = findings.filter((each) => policy.dmarc === 'enforce' || each.check !== 'authentication')
  let because: Finding | null = null
  for (const finding of counting) {
    if (
      finding.proposal &&
      (because?.proposal === undefined || rank[finding.proposal] > rank[because.proposal])
    )
      because = finding
  }
  if (because?.proposal === undefined)
    return { verdict: 'clean', disposition: 'deliver', score, because: null }
  return {
    verdict: because.code.startsWith('dmarc-') ? 'spoof' : 'policy',
    disposition: dispositions[because.proposal],
    score,
    because,
  }
}
