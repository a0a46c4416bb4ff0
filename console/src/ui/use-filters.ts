import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'

interface Named {
  /** In the address, and in the question to the API. */
  readonly name: string
  readonly label: string
}

/** A condition that a list can be limited by. */
export type Filter =
  | (Named & { readonly kind: 'text'; readonly placeholder?: string })
  | (Named & { readonly kind: 'number'; readonly unit?: string })
  | (Named & { readonly kind: 'time' })
  /** So much or more; `times`: what one of the unit is in the question. */
  | (Named & { readonly kind: 'least'; readonly unit: string; readonly times: number })
  | (Named & {
      readonly kind: 'choice'
      readonly choices: readonly { readonly value: string; readonly label: string }[]
    })
  /** One or several words out of a long list, any of which may hold; others may be typed. In the question with commas between. */
  | (Named & { readonly kind: 'codes'; readonly useKnown: () => KnownCodes; readonly isOne?: boolean })
  /** The id of a tenant, or a domain, out of those in reach. */
  | (Named & { readonly kind: 'tenant' | 'domain' })

/** A word that a question can ask for, and what it means. */
export interface KnownCode {
  readonly code: string
  readonly text: string
}

/** What a list of words is known to have. */
export interface KnownCodes {
  /** undefined: it has not come, or will not. */
  readonly codes: readonly KnownCode[] | undefined
  readonly isLoading: boolean
}

export interface Filters {
  /** Those that are set, as the API takes them. */
  readonly values: Readonly<Record<string, string>>
  readonly set: (name: string, value: string | null) => void
  readonly clear: () => void
}

/** The filters of a list, which live in the address of the page: a link is an answer that can be sent to somebody. */
export function useFilters(filters: readonly Named[]): Filters {
  const [parameters, setParameters] = useSearchParams()
  const values = useMemo(
    () =>
      Object.fromEntries(
        filters.flatMap(({ name }) => {
          const value = parameters.get(name)
          return value === null || value === '' ? [] : [[name, value]]
        }),
      ),
    [filters, parameters],
  )
  const set = useCallback(
    (name: string, value: string | null) =>
      setParameters(
        (before) => {
          const next = new URLSearchParams(before)
          if (value === null || value === '') next.delete(name)
          else next.set(name, value)
          return next
        },
        { replace: true },
      ),
    [setParameters],
  )
  const clear = useCallback(
    () =>
      setParameters(
        (before) => {
          const next = new URLSearchParams(before)
          for (const { name } of filters) next.delete(name)
          return next
        },
        { replace: true },
      ),
    [filters, setParameters],
  )
  return { values, set, clear }
}
