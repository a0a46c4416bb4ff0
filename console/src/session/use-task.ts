import { routes, type Task } from '@mailkeep/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ask } from '../api/ask.ts'

/** Follows work that goes on behind an answer until it has ended. Paths in `changes` are asked for anew then. */
export function useTask(started: Task | null, changes: readonly string[] = []): Task | null {
  const known = useQueryClient()
  const isRunning = started?.state === 'running'
  const { data } = useQuery({
    queryKey: [routes.task.path, { id: started?.id }],
    queryFn: ({ signal }) => ask(routes.task, { params: { id: started?.id ?? '' }, signal }),
    enabled: isRunning,
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.state === 'running' ? 1000 : false,
  })
  const task = started && isRunning ? (data ?? started) : started
  const ended = task !== null && task.state !== 'running'
  const paths = changes.join(' ')
  useEffect(() => {
    if (ended) for (const path of paths.split(' ')) void known.invalidateQueries({ queryKey: [path] })
  }, [ended, paths, known])
  return task
}
