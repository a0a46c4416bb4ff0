import { useState } from 'react'

/**
 * Why the newest question failed that has an end, and what forgets it for one that a person asks. A question without
 * any answer yet loses its fault while it is asked again: who looks would see it go and come. `question` names it.
 */
export function useLastFault(
  question: string,
  fault: Error | null,
  isPending: boolean,
): readonly [Error | null, () => void] {
  const [last, setLast] = useState({ question, fault })
  const isAskedAgain = isPending && fault === null && last.question === question
  const shown = isAskedAgain ? last.fault : fault
  if (last.question !== question || last.fault !== shown) setLast({ question, fault: shown })
  return [shown, () => setLast({ question, fault: null })]
}
