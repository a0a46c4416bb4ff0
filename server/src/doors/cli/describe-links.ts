import type { TracedMessage } from '#services/ledger/ledger-store.ts'
import { clip } from './clip.ts'
import { counted } from './counted.ts'
import { localTime } from './local-time.ts'

interface LinkEnd {
  readonly state?: string
  readonly end?: string | null
  readonly why?: string
}

interface LateFinding {
  readonly code?: string
  readonly weight?: number
  readonly text?: string
}

const width = 100
const mostShown = 10

/** Where the links of a message lead, for people: what is pending, what was found out, and what that says. */
export function describeLinks({ explanation, linksPending, linksPendingSince }: TracedMessage): string[] {
  const { followed, late = [] } = explanation
  return [
    ...(linksPending > 0
      ? [
          `links      ${counted(linksPending, 'link')} pending since ${localTime(linksPendingSince ?? 0)}: they wait to be followed`,
        ]
      : []),
    ...(followed?.links ?? [])
      .slice(0, mostShown)
      .map(({ url, end }) => clip(`  link     ${clip(url, 45)} ${endInWords(end)}`, width)),
    ...(late as LateFinding[]).map(({ code, weight, text }) =>
      clip(`  late     links/${code} (would weigh ${weight}): ${text}`, width),
    ),
  ]
}

function endInWords(found: LinkEnd | null): string {
  if (found === null) return 'was not followed: too many were waiting'
  const { state, end, why } = found
  if (state === 'led') return `leads to ${end}`
  return state === 'stays' ? `leads nowhere else${why ? ` (${why})` : ''}` : `could not be followed: ${why}`
}
