import type { ApiRoute, Missing, Part } from '@mailkeep/contract'
import { hashKey, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ask, type QueryOf, type Question } from '../api/ask.ts'
import { useScope } from './scope.ts'
import { type Answer, keyOf, scoped } from './use-answer.ts'
import { useShown } from './use-shown.ts'

/** A list that is read page by page. */
export interface List<Line> {
  /** Undefined: nothing has been answered yet. */
  readonly lines: readonly Line[] | undefined
  /** Why its store did not give it. */
  readonly missing: Missing | null
  readonly completeUpTo: string | null
  /** Where looking ended for lack of time, so far; null: nothing was left out. */
  readonly searchedBackTo: string | null
  /** Why nothing can be found, whatever there is; null: something may be. */
  readonly note: string | null
  readonly hasMore: boolean
  readonly isLoading: boolean
  readonly isLoadingMore: boolean
  readonly fault: Error | null
  readonly more: () => void
  readonly again: () => void
}

/** What every list of the API answers. */
interface ListAnswer<Line> {
  readonly completeUpTo?: string | null
  readonly lines: readonly Line[] | Part<readonly Line[]>
  readonly next: string | null
  readonly searchedBackTo?: string | null
  readonly note?: string | null
}

type LineOf<Route extends ApiRoute> =
  Awaited<ReturnType<typeof ask<Route>>> extends { lines: infer Lines }
    ? Lines extends readonly (infer Line)[]
      ? Line
      : Lines extends { value: infer Value }
        ? NonNullable<Value> extends readonly (infer Line)[]
          ? Line
          : never
        : never
    : never

/** Lines of a page, the most that the API gives. */
const pageSize = 50

/** Reads a list by its cursor, limited to the scope of the page. `every`: asked again after so many milliseconds. */
export function useList<const Route extends ApiRoute>(
  route: Route,
  query?: Omit<NonNullable<QueryOf<Route>>, 'after' | 'limit'>,
  options: { readonly every?: number; readonly params?: Readonly<Record<string, string>> } = {},
): List<LineOf<Route>> {
  const scope = useScope()
  const asked = scoped(route, query as QueryOf<Route>, scope)
  const { every, params } = options
  const queryKey = [...keyOf(route, params, asked), 'pages']
  const found = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      ask(route, {
        ...(params && { params }),
        query: {
          ...(asked as object | undefined),
          ...(isPaged(route) && { limit: pageSize }),
          ...(pageParam !== null && { after: pageParam }),
        },
        signal,
      } as Question<Route>) as Promise<ListAnswer<LineOf<Route>>>,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    ...(every !== undefined && { refetchInterval: every }),
  })
  const { fault, isLoading, forget } = useShown(hashKey(queryKey), found)
  const pages = found.data?.pages
  const lines = useMemo(() => pages?.flatMap((page) => [...linesOf(page)]), [pages])
  return {
    lines,
    missing: pages?.map(missingOf).find((each) => each !== null) ?? null,
    completeUpTo: pages?.[0]?.completeUpTo ?? null,
    searchedBackTo: pages?.at(-1)?.searchedBackTo ?? null,
    note: pages?.[0]?.note ?? null,
    hasMore: found.hasNextPage,
    isLoading,
    isLoadingMore: found.isFetchingNextPage,
    fault,
    more: () => void found.fetchNextPage(),
    again: () => {
      forget()
      void found.refetch()
    },
  }
}

/** Lists of a few lines come whole, and refuse to be asked for a part. */
function isPaged({ query }: ApiRoute): boolean {
  return query !== undefined && 'limit' in (query as unknown as { readonly properties: object }).properties
}

function linesOf<Line>({ lines }: ListAnswer<Line>): readonly Line[] {
  return 'value' in lines ? (lines.value ?? []) : lines
}

function missingOf<Line>({ lines }: ListAnswer<Line>): Missing | null {
  return 'missing' in lines ? lines.missing : null
}

/** A list that comes whole with an answer, for what shows lists. `part`: where it stands in the answer. */
export function listOf<Line>(
  { fault, isLoading, again }: Answer<unknown>,
  part: Part<readonly Line[]> | undefined,
  completeUpTo: string | null = null,
): List<Line> {
  return {
    lines: part && (part.value ?? []),
    missing: part?.missing ?? null,
    completeUpTo,
    searchedBackTo: null,
    note: null,
    hasMore: false,
    isLoading,
    isLoadingMore: false,
    fault,
    more: () => undefined,
    again,
  }
}
