import { checks } from '#flow/checks/catalog.ts'
import type { Finding } from '#flow/inspection/check.ts'
import { type Definitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import { inspect } from '#flow/inspection/inspector.ts'
import { findOutcomeChanges, type OutcomeChange } from '#flow/inspection/outcome-change.ts'
import { plainSettings } from '#flow/inspection/plain-settings.ts'
import { type Disposition, decide, defaultPolicy, type Verdict } from '#flow/inspection/verdict.ts'
import { createOfflineResolver } from '#ground/platform/dns/offline-resolver.ts'

/** One question of the command `scan`. */
export interface ScanRequest {
  readonly message: Buffer
  readonly ip: string
  readonly helo: string
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  /** A zone in JSON; null: nothing can be looked up. */
  readonly dns: unknown
  readonly nowMs: number
  /** Time for each check, in milliseconds. */
  readonly timeMs: number
  /** The set that judges; absent: the one that comes with the program. */
  readonly definitions?: Definitions
}

export interface ScanAnswer {
  readonly verdict: Verdict
  readonly disposition: Disposition
  readonly score: number
  /** Codes of the findings that weigh something or decided, the gravest first. */
  readonly reasons: readonly string[]
  /** Codes of what could not be looked at. */
  readonly incomplete: readonly string[]
  readonly findings: readonly ScanFinding[]
  /** What would have changed the outcome, the smallest change first. */
  readonly changes: readonly OutcomeChange[]
  /** Versions of what decided, by name. */
  readonly versions: unknown
}

type ScanFinding = Pick<Finding, 'check' | 'code' | 'weight' | 'text' | 'kind' | 'evidence'>

/** Judges one message as the gateway does, from its bytes and envelope alone. Nothing is asked, nothing is kept. */
export async function scan(request: ScanRequest): Promise<{ answer: ScanAnswer; found: boolean }> {
  const { message, ip, helo, mailFrom, rcptTo, nowMs } = request
  const outcome = await inspect(
    {
      id: 'scan',
      body: { kind: 'inline', bytes: message },
      arrival: { ip, helo, mailFrom, rcptTo, receivedAt: nowMs },
      tenant: '',
    },
    {
      checks,
      resolver: createOfflineResolver(request.dns),
      settings: plainSettings,
      checkBudgetMs: request.timeMs,
      now: () => nowMs,
      definitions: () => ({ active: request.definitions ?? shippedDefinitions, trial: null }),
    },
  )
  const decision = decide(outcome.findings, defaultPolicy)
  const { verdict, disposition, score, because, findings } = decision
  const counting = findings
    .filter((each) => each.weight !== 0 || each === because)
    .sort((a, b) => b.weight - a.weight)
  return {
    answer: {
      verdict,
      disposition,
      score,
      reasons: [...new Set(counting.map((each) => each.code))],
      incomplete: findings.filter((each) => each.incomplete).map((each) => each.code),
      findings: findings.map(toScanFinding),
      changes: findOutcomeChanges(decision, defaultPolicy),
      versions: outcome.facts.versions ?? {},
    },
    found: verdict !== 'clean' && verdict !== 'bulk',
  }
}

function toScanFinding({ check, code, weight, text, kind, evidence }: Finding): ScanFinding {
  return { check, code, weight, text, ...(kind && { kind }), ...(evidence && { evidence }) }
}
