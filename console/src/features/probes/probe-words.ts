import type { FindingLine, ProbeLine } from '@mailkeep/contract'
import { formatCount, formatShare } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import type { Tone } from '../../ui/state-mark.tsx'

/** How each result of a try looks; silence is unknown, and neither well nor bad. */
export const resultLooks: Readonly<
  Record<ProbeLine['result'], { readonly tone: Tone; readonly word: string }>
> = {
  ok: { tone: 'good', word: 'well' },
  failed: { tone: 'bad', word: 'fails' },
  unknown: { tone: 'none', word: 'unknown' },
}

/** A measured value with its unit. */
export function measuredWords(value: number, unit: string): string {
  if (unit === 'share') return formatShare(value)
  return unit === 'ms' ? formatDuration(value) : formatCount(Math.round(value))
}

/** Where it is: stage, node, direction and next hop, as far as they are known. */
export function placeOf({ stage, node, direction, hop }: FindingLine): string {
  return [`stage ${stage}`, node !== null && `node ${node}`, direction, hop !== null && `next hop ${hop}`]
    .filter(Boolean)
    .join(', ')
}
