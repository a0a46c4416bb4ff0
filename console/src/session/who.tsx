import { type Me, routes } from '@mailkeep/contract'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext } from 'react'
import { ask } from '../api/ask.ts'

const WhoContext = createContext<Me | null>(null)

/** Tells everything below who asks. Until that is known, and where it cannot be, something else stands there. */
export function WhoAsks({
  children,
  waiting,
  failed,
}: {
  readonly children: ReactNode
  readonly waiting: ReactNode
  readonly failed: (fault: Error, again: () => void) => ReactNode
}) {
  const { data, error, refetch } = useQuery({
    queryKey: [routes.me.path],
    queryFn: ({ signal }) => ask(routes.me, { signal }),
    staleTime: 60_000,
    refetchInterval: (query) => (query.state.data ? 300_000 : 5000),
  })
  if (data) return <WhoContext value={data}>{children}</WhoContext>
  return error ? failed(error, () => void refetch()) : waiting
}

/** Who asks, and what he may. */
export function useMe(): Me {
  const me = useContext(WhoContext)
  if (me === null) throw new Error('useMe outside of WhoAsks')
  return me
}

/** Whether he has a right, as in services/access/roles.ts. */
export function useMay(right: string): boolean {
  const { rights } = useMe()
  return right === 'signed-in' || rights.includes(right)
}
