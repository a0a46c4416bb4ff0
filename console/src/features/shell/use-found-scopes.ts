import { routes, type ScopeList } from '@mailkeep/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useIsLate } from './use-is-late.ts'

/** Nobody reads a list between two letters. */
const pauseMs = 200

export interface FoundScopes {
  /** The last list that there was; it may be of words from before. */
  readonly value: ScopeList | undefined
  /** The words that the newest question is about. */
  readonly asked: string
  /** The list is the answer to what stands in the field. */
  readonly isFresh: boolean
  readonly isLate: boolean
  readonly fault: Error | null
  readonly again: () => void
}

/** Tenants, domains, groups and people that have `text` in their name, asked for when somebody pauses. */
export function useFoundScopes(text: string): FoundScopes {
  const [asked] = useDebouncedValue(text, pauseMs)
  const { value, fault, isLoading, isOld, again } = useAnswer(routes.scopes, {
    query: { kind: 'all', limit: 50, ...(asked !== '' && { q: asked }) },
  })
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  const isWaiting = isLoading || isOld
  return {
    value: value ?? last,
    asked,
    isFresh: !isWaiting && !fault && asked === text,
    isLate: useIsLate(isWaiting),
    fault,
    again,
  }
}
