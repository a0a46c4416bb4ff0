import { type ApiRoute, routes } from '@mailkeep/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type AnswerOf, ask, newKey, type Question } from '../api/ask.ts'
import { noteOrder } from '../api/waiting-orders.ts'
import { waitToRetry } from './retry-order.ts'

type Asked<Route extends ApiRoute> = Omit<Question<Route>, 'signal' | 'key'>

/** What goes on behind the answers of these, and is followed from every page. */
const startsWork: ReadonlySet<string> = new Set(
  [
    ...[routes.orderQueue, routes.orderMail, routes.orderQuarantine, routes.repairIncident],
    ...[routes.startDryRun, routes.stopTask, routes.erasePersonData],
  ].map(({ path }) => path),
)

/** A verb of the API, as a button has it. */
export interface Order<Route extends ApiRoute> {
  readonly give: (question: Asked<Route>) => Promise<AnswerOf<Route>>
  readonly isRunning: boolean
  readonly fault: Error | null
}

/**
 * Does what a route does, once for each press, also where the answer got lost and it is sent again. What has been
 * answered by the routes of `changes` is asked for anew afterwards.
 */
export function useOrder<const Route extends ApiRoute>(
  route: Route,
  changes: readonly ApiRoute[] = [],
): Order<Route> {
  const known = useQueryClient()
  const outdated = startsWork.has(route.path) ? [...changes, routes.tasks] : changes
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: ({ key, question }: { key: string; question: Asked<Route> }) =>
      ask(route, { ...question, key } as Question<Route>),
    retry: (failures, cause) => waitToRetry(failures, cause) !== null,
    retryDelay: (failures, cause) => waitToRetry(failures, cause) ?? 0,
    onSettled: () =>
      Promise.all(outdated.map((each) => known.invalidateQueries({ queryKey: [each.path] }))).then(
        () => undefined,
      ),
  })
  return {
    give: (question) => {
      const settled = noteOrder()
      return mutateAsync({ key: newKey(), question }).finally(settled)
    },
    isRunning: isPending,
    fault: error,
  }
}
