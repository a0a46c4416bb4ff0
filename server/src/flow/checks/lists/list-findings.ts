import type { Finding } from '#flow/inspection/check.ts'
import type { ListReport } from './list-board.ts'
import { readCodeNumber } from './list-spec.ts'

/** Every code of this check; docs/reference/findings.md says what each means. */
export const listCodes = [
  'list-hit',
  'list-welcome',
  'list-noted',
  'list-not-counted',
  'list-muted',
  'lists-unavailable',
] as const

type Code = (typeof listCodes)[number]

/** A list that lists something of a message. */
export interface Hit {
  readonly report: ListReport
  /** What it lists, with its return codes. */
  readonly listed: readonly { readonly subject: string; readonly codes: readonly string[] }[]
  /** What that weighs; 0 where the list does not count. */
  readonly weight: number
}

/** What a list lists of a message, and what that weighs: the heaviest of its codes, up to `most`. */
export function hitOf(report: ListReport, most: number): Hit | null {
  const listed = report.listings.flatMap(({ subject, answer }) =>
    answer.kind === 'listed' ? [{ subject, codes: answer.codes.slice(0, 10) }] : [],
  )
  if (listed.length === 0) return null
  const weights = listed.flatMap(({ codes }) => codes.map((code) => weightOf(report, code)))
  const heaviest = weights.reduce((one, other) => (Math.abs(other) > Math.abs(one) ? other : one), 0)
  return { report, listed, weight: report.why === '' ? Math.min(heaviest, most) : 0 }
}

/** The first meaning of a code that fits. A code that nobody gave a meaning is observed only. */
function weightOf({ spec }: ListReport, code: string): number {
  const number = readCodeNumber(code)
  return number === null ? 0 : (spec.codes.find((each) => each.matches(number))?.weight ?? 0)
}

/** Lists of addresses weigh no more than `most` together; the first ones come first. */
export function limitWeights(hits: readonly Hit[], most: number): Hit[] {
  let room = most
  return hits.map((hit) => {
    if (hit.report.spec.kind !== 'address' || hit.weight <= 0) return hit
    const weight = Math.min(hit.weight, room)
    room -= weight
    return { ...hit, weight }
  })
}

/** Findings of what is listed, and of lists whose word does not count. */
export function listFindings(
  hits: readonly Hit[],
  reports: readonly ListReport[],
  shared: string | null,
): Finding[] {
  const silent = reports.filter((each) => each.isMuted && !hits.some((hit) => hit.report === each))
  return [...hits.map((hit) => hitFinding(hit, shared)), ...silent.map(mutedFinding)]
}

function hitFinding({ report, listed, weight }: Hit, shared: string | null): Finding {
  const { zone } = report.spec
  const what = listed
    .slice(0, 3)
    .map(({ subject, codes }) => `${subject} (${codes.join(', ')})`)
    .join(', ')
  const evidence = { zone, listed: listed.slice(0, 10), shared, why: report.why }
  if (report.why !== '')
    return finding('list-not-counted', `${zone} lists ${what}; it does not count: ${report.why}`, 0, evidence)
  const code = weight > 0 ? 'list-hit' : weight < 0 ? 'list-welcome' : 'list-noted'
  const note = shared === null ? '' : `; ${shared} sends for many, so lists of addresses weigh little`
  return finding(code, `${zone} lists ${what}${note}`, weight, evidence)
}

function mutedFinding({ spec, why }: ListReport): Finding {
  return finding('list-muted', `${spec.zone} is not listened to: ${why}`, 0, { zone: spec.zone, why })
}

function finding(
  code: Code,
  text: string,
  weight: number,
  evidence: Readonly<Record<string, unknown>>,
): Finding {
  return { check: 'lists', code, weight, text: `${text}.`, evidence }
}
