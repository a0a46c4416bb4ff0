import type { TracedMessage } from '#services/ledger/ledger-store.ts'

/** What is said beside a message before somebody lets it go. */
export interface Marks {
  /** Whether it comes from whom it says: `unknown` is neither. */
  readonly sender: { readonly mark: 'proved' | 'forged' | 'unknown'; readonly text: string }
  readonly quality: { readonly mark: 'good' | 'doubtful' | 'bad' | 'unknown'; readonly text: string }
}

const bad = new Set(['virus', 'phishing', 'spoof', 'spam'])
const good = new Set(['clean', 'bulk'])

/** The marks of a message, from what inspection has said of it. */
export function judgeMarks({ explanation, deliveries, headerFrom }: TracedMessage): Marks {
  return {
    sender: judgeSender(explanation.facts.dmarc, headerFrom),
    quality: judgeQuality(
      explanation.verdict,
      explanation.score,
      explanation.tolerance,
      deliveries.some((each) => each.reason === 'virus'),
    ),
  }
}

function judgeSender(dmarc: unknown, headerFrom: string): Marks['sender'] {
  const result = (dmarc as { result?: unknown } | undefined)?.result
  if (result === 'pass') return { mark: 'proved', text: `The domain of ${headerFrom} has sent this.` }
  if (result === 'fail')
    return {
      mark: 'forged',
      text: `The domain of ${headerFrom} does not stand for this: its sender may be forged.`,
    }
  return {
    mark: 'unknown',
    text: `Nothing proves that this comes from ${headerFrom === '' ? 'its sender' : headerFrom}.`,
  }
}

function judgeQuality(
  verdict: string,
  score: number,
  tolerance: number | undefined,
  hasVirus: boolean,
): Marks['quality'] {
  if (hasVirus) return { mark: 'bad', text: 'A virus was found in it.' }
  if (verdict === 'unscanned') return { mark: 'unknown', text: 'Not all of it could be checked.' }
  const found = `Its score is ${score}${tolerance === undefined ? '' : `; mail is set aside from ${tolerance} on`}.`
  const share = tolerance === undefined || tolerance <= 0 ? null : score / tolerance
  if (bad.has(verdict) || (share !== null && share >= 1)) return { mark: 'bad', text: found }
  if (good.has(verdict) && (share === null || share < 0.5))
    return { mark: 'good', text: 'Little or nothing was found against it.' }
  return { mark: 'doubtful', text: found }
}
