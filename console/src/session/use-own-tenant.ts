import { type Dispatch, type SetStateAction, useState } from 'react'
import { useScope } from './scope.ts'
import { useMay, useMe } from './who.tsx'

/** The tenant that a form is about, as a state: that of the page's scope at first, else that of who asks. */
export function useOwnTenant(known?: string): [string, Dispatch<SetStateAction<string>>] {
  const scope = useScope()
  const { tenant } = useMe()
  return useState(known ?? (scope?.startsWith('tenant:') ? scope.slice('tenant:'.length) : tenant))
}

/** The same for what only customers have, such as domains: of the house nothing is guessed. */
export function useCustomer(known?: string): [string, Dispatch<SetStateAction<string>>] {
  const isOfHouse = useMay('site.read')
  const isScoped = useScope()?.startsWith('tenant:')
  return useOwnTenant(known ?? (isOfHouse && !isScoped ? '' : undefined))
}
