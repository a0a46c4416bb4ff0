import { type RuleText, routes } from '@mailkeep/contract'
import { useEffect, useState } from 'react'
import { ask } from '../../api/ask.ts'

interface Filled {
  readonly text: RuleText | null
  readonly fault: Error | null
  readonly isLoading: boolean
}

/** What a template says at a level; nothing where none is named. */
export function useTemplate(level: string, template: string | null): Filled {
  const [filled, setFilled] = useState<Filled>({ text: null, fault: null, isLoading: template !== null })
  useEffect(() => {
    if (template === null) return
    ask(routes.fillTemplate, { body: { level, template } }).then(
      (text) => setFilled({ text, fault: null, isLoading: false }),
      (fault: Error) => setFilled({ text: null, fault, isLoading: false }),
    )
  }, [level, template])
  return filled
}
