import { useState } from 'react'

/** What is known of a question at a moment. */
export interface Found<Value> {
  readonly data: Value | undefined
  readonly error: Error | null
  readonly isPending: boolean
  /** `data` is the answer to the question before. */
  readonly isPlaceholderData: boolean
}

/** What a page shows of it. */
export interface Shown<Value> {
  readonly value: Value | undefined
  readonly fault: Error | null
  readonly isLoading: boolean
  /** The value belongs to the question before this one. */
  readonly isOld: boolean
  /** For a person who asks again. */
  readonly forget: () => void
}

/**
 * What a page shows of a question. One that has failed and has no answer of its own yet loses its fault while it is asked
 * again; who looks would see the fault, or the answer to the question before, come and go, so the fault stays until it
 * is known how that ended. @param question names it, @param isAsked false: it is not asked at all
 */
export function useShown<Value>(
  question: string,
  { data, error, isPending, isPlaceholderData }: Found<Value>,
  isAsked = true,
): Shown<Value> {
  const [last, setLast] = useState({ question, fault: error })
  const isOpen = isAsked && error === null && (isPending || isPlaceholderData)
  const fault = isOpen && last.question === question ? last.fault : error
  if (last.question !== question || last.fault !== fault) setLast({ question, fault })
  const isOld = isPlaceholderData && fault === null
  return {
    value: isPlaceholderData && !isOld ? undefined : data,
    fault,
    isLoading: isAsked && isPending && fault === null,
    isOld,
    forget: () => setLast({ question, fault: null }),
  }
}
