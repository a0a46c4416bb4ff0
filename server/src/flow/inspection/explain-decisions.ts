import type { Finding } from './check.ts'
import type { Decision, VerdictPolicy } from './verdict.ts'

/** A decision and who it is for. */
interface DecidedFor {
  readonly recipient: string
  readonly policy: VerdictPolicy
  readonly decision: Decision
}

/** What was decided for some recipients of a message, where others had it otherwise. */
interface ExplainedDecision {
  readonly recipients: readonly string[]
  readonly verdict: string
  readonly disposition: string
  readonly score: number
  readonly tolerance: number
  /** Code of the finding that decided; null: nothing spoke against delivery. */
  readonly because: string | null
  /** Weights that the settings of these recipients give, by code, where they are not the checks' own. */
  readonly weights: Readonly<Record<string, number>>
  /** Findings that count for these recipients alone: rules and lists of their levels. */
  readonly own: readonly string[]
}

/** Recipients named in one explanation; of a list of thousands the first say enough. */
const mostNamed = 100

/** Who was decided about in which way; nothing where all recipients were treated alike. */
export function whereTheyDiffer(
  findings: readonly Finding[],
  decided: readonly DecidedFor[],
): { readonly decisions?: readonly ExplainedDecision[] } {
  if (decided.length < 2) return {}
  const groups = new Map<string, ExplainedDecision & { readonly recipients: string[] }>()
  for (const each of decided) {
    const explained = explain(findings, each)
    const key = JSON.stringify(explained)
    const group = groups.get(key) ?? { ...explained, recipients: [] }
    if (group.recipients.length < mostNamed) group.recipients.push(each.recipient)
    groups.set(key, group)
  }
  return groups.size < 2 ? {} : { decisions: [...groups.values()] }
}

/** Rules that held for some recipients, and that the findings which are told do not name. */
export function rulesBeside(
  findings: readonly Finding[],
  told: readonly Finding[],
): { readonly rulesBeside?: readonly { readonly rule: string; readonly only: readonly string[] }[] } {
  const holds = ({ code }: Finding) => code === 'rule-matched'
  const named = new Set(told.filter(holds).map(({ rule }) => rule))
  const beside = findings
    .filter(holds)
    .flatMap(({ rule, only }) => (rule !== undefined && only && !named.has(rule) ? [{ rule, only }] : []))
  return beside.length === 0 ? {} : { rulesBeside: beside }
}

function explain(
  findings: readonly Finding[],
  { policy, decision }: DecidedFor,
): Omit<ExplainedDecision, 'recipients'> {
  const { verdict, disposition, score, because } = decision
  const weights: Record<string, number> = {}
  for (const { code, weight, rule } of findings) {
    const mine = policy.weights[code]
    if (rule === undefined && mine !== undefined && mine !== weight) weights[code] = mine
  }
  const own = decision.findings.filter((each) => each.only !== undefined).map((each) => each.text)
  return {
    verdict,
    disposition,
    score,
    tolerance: policy.tolerance,
    because: because?.code ?? null,
    weights,
    own,
  }
}
