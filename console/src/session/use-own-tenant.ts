import { type Dispatch, type SetStateAction, useState } from 'react'
import { useScope } from './scope.ts'
import { useMe } from './who.tsx'

/** The tenant that a form is about, as a state: that of the page's scope at first, else that of who asks. */
export function useOwnTenant(known?: string): [string, Dispatch<SetStateAction<string>>] {
  const scope = useScope()
  const { tenant } = useMe()
  return useState(known ?? (scope?.startsWith('tenant:') ? scope.slice('tenant:'.length) : tenant))
}
