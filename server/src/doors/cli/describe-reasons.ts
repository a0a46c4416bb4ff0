import { changeInWords, trialsInWords, versionsOf } from '#services/ledger/outcome-words.ts'
import { clip } from './clip.ts'

/** Why a message was treated as it was: what the ledger keeps with a message or a refusal. */
export interface Explained {
  readonly findings: readonly object[]
  readonly changes: readonly object[]
  readonly facts: Readonly<Record<string, unknown>>
}

interface Finding {
  readonly check: string
  readonly code: string
  readonly weight: number
  readonly text: string
  readonly evidence: Readonly<Record<string, unknown>>
  readonly proposal: string
  readonly incomplete: string
}

const width = 100
const mostEvidence = 6

/** The reasons for people: every finding, the heaviest first, what would have changed the outcome, and by what. */
export function describeReasons({ findings = [], changes = [], facts = {} }: Partial<Explained>): string[] {
  const sorted = (findings as Partial<Finding>[]).toSorted((a, b) => rank(b) - rank(a))
  return [
    ...sorted.flatMap(describeFinding),
    ...[...changes.map(changeInWords), ...trialsInWords(facts)].map((each) =>
      clip(`otherwise  ${each}`, width),
    ),
    ...wrap(
      'decided by',
      versionsOf(facts).map(({ name, version }) => `${name} ${version}`),
    ),
  ]
}

function rank({ weight = 0, proposal, incomplete }: Partial<Finding>): number {
  return Math.abs(weight) + (proposal || incomplete ? 1_000_000 : 0)
}

function describeFinding(finding: Partial<Finding>): string[] {
  const { check = '', code = '', weight = 0, text = '', evidence, proposal, incomplete } = finding
  const asks = proposal ? `, asks for ${proposal}` : incomplete ? ', could not look at everything' : ''
  const line = clip(`  finding  ${check}/${code} (${weight}${asks}): ${text}`, width)
  if (!evidence || (weight === 0 && !proposal && !incomplete)) return [line]
  return [line, ...wrap('          ', describeEvidence(evidence))]
}

function describeEvidence(evidence: Readonly<Record<string, unknown>>): string[] {
  const shown = Object.entries(evidence).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  )
  return shown
    .slice(0, mostEvidence)
    .map(([name, value]) => `${name} ${clip(typeof value === 'string' ? value : JSON.stringify(value), 60)}`)
}

/** A head and words between commas, over as many lines as they need. */
function wrap(head: string, words: readonly string[]): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length + 2 <= width)
      lines[lines.length - 1] = `${last}, ${word}`
    else lines.push(clip(`${(lines.length === 0 ? head : '').padEnd(11)}${word}`, width))
  }
  return lines
}
