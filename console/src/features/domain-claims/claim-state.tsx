import type { ClaimView } from '@mailkeep/contract'
import { Mark } from '../../ui/state-mark.tsx'

type Found = NonNullable<ClaimView['found']>

const looks = {
  missing: { tone: 'wait', word: 'no record yet' },
  other: { tone: 'aside', word: 'another record' },
  unknown: { tone: 'none', word: 'DNS did not answer' },
  taken: { tone: 'bad', word: 'in use by others' },
} as const satisfies Record<Found, { tone: string; word: string }>

/** What was found of a domain's record when it was looked for last. */
export function ClaimState({ found }: { readonly found: Found | null }) {
  if (found === null) return <Mark tone="wait">not looked yet</Mark>
  const { tone, word } = looks[found]
  return <Mark tone={tone}>{word}</Mark>
}

/** What that means, and what to do. */
export function wordsOfFound(found: Found | null): string {
  switch (found) {
    case null:
      return 'It was not looked for yet; that happens within a minute.'
    case 'missing':
      return 'DNS has no such record yet. After you have put it in, it can take some minutes until everybody sees it.'
    case 'other':
      return 'There is a TXT record of this name, but with another value. Put the one above beside it, or in its place.'
    case 'unknown':
      return 'The name servers of the domain did not answer. It is looked for again by itself.'
    case 'taken':
      return 'The record is there, but somebody else here has the domain and keeps it. Ask your provider, who can move it.'
  }
}
