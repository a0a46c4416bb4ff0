import type { ApiRoute } from '@mailkeep/contract'
import { hashKey, keepPreviousData, type QueryKey, useQuery } from '@tanstack/react-query'
import { type AnswerOf, ask, type QueryOf, type Question } from '../api/ask.ts'
import { useScope } from './scope.ts'
import { useShown } from './use-shown.ts'

/** What a page knows of an answer. */
export interface Answer<Value> {
  /** The last one; undefined: there was none yet. */
  readonly value: Value | undefined
  /** Why the newest question failed; what was known before stays. */
  readonly fault: Error | null
  readonly isLoading: boolean
  /** The value belongs to the question before this one. */
  readonly isOld: boolean
  readonly again: () => void
}

interface Options {
  /** Asked again after so many milliseconds while it is looked at. */
  readonly every?: number
  readonly isOff?: boolean
}

/** Asks a route, limited to the scope of the page where the route knows scopes, and keeps the answer fresh. */
export function useAnswer<const Route extends ApiRoute>(
  route: Route,
  question: Omit<Question<Route>, 'signal' | 'key' | 'body'> = {},
  { every, isOff = false }: Options = {},
): Answer<AnswerOf<Route>> {
  const scope = useScope()
  const query = scoped(route, question.query, scope)
  const queryKey = keyOf(route, question.params, query)
  const found = useQuery<AnswerOf<Route>>({
    queryKey,
    queryFn: ({ signal }) => ask(route, { ...question, query, signal } as Question<Route>),
    enabled: !isOff,
    placeholderData: keepPreviousData,
    ...(every !== undefined && { refetchInterval: every }),
  })
  const { forget, ...shown } = useShown<AnswerOf<Route>>(hashKey(queryKey), found, !isOff)
  return {
    ...shown,
    again: () => {
      forget()
      void found.refetch()
    },
  }
}

/** By what an answer is remembered; the path alone stands for all questions to a route. */
export function keyOf(route: ApiRoute, params?: object, query?: unknown): QueryKey {
  return [route.path, params ?? {}, query ?? {}]
}

/** Adds the scope of the page, where the route takes one and the question names none. */
export function scoped<const Route extends ApiRoute>(
  route: Route,
  query: QueryOf<Route> | undefined,
  scope: string | null,
): QueryOf<Route> | undefined {
  const known = (route.query as { readonly properties?: object } | undefined)?.properties ?? {}
  if (scope === null || !Object.hasOwn(known, 'scope')) return query
  return { scope, ...(query as object | undefined) } as QueryOf<Route>
}
