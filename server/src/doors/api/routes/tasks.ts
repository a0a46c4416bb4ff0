import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachesTenant } from '#services/access/principal.ts'
import type { StoredTask } from '#services/tasks/task-store.ts'
import { describeTask } from '../answers/describe-task.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const pageSize = 25

/** `/api/v1/tasks`: what somebody has ordered, how far it has come, and ending it. */
export function taskRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { tasks, readTasks, now } = parts.tasks
  /** His own, while he reaches what it was ordered for: he may have moved, or have the name of somebody else before. */
  const isWithin = (principal: Principal, { tenant }: StoredTask) => reachesTenant(principal, tenant)
  const findOwn = async (principal: Principal, id: string): Promise<StoredTask> => {
    const { who, tenants } = principal
    const task = await readTasks.read(id)
    // What is not one's own does not exist: not even its id is told.
    if (task === null || (task.who !== who && tenants !== null) || !isWithin(principal, task))
      throw problems.notFound('There is no such work of yours, or it was longer than 30 days ago.')
    return task
  }

  addRoute(app, routes.tasks, async ({ principal, query }) => {
    const { after = '', limit = pageSize, own = false } = query
    const of = principal.tenants === null && !own ? null : principal.who
    const found = await readTasks.list(of, after, limit + 1)
    const lines = found.slice(0, limit)
    return {
      lines: lines.filter((each) => isWithin(principal, each)).map(describeTask),
      next: found.length > limit ? (lines.at(-1)?.id ?? null) : null,
    }
  })
  addRoute(app, routes.task, async ({ principal, params }) =>
    describeTask(await findOwn(principal, params.id)),
  )
  addRoute(app, routes.stopTask, async ({ principal, params }) => {
    const { id, who } = await findOwn(principal, params.id)
    // To see the work of others is not to end it: that is the house's.
    if (who !== principal.who && !principal.rights.has('site.write')) throw problems.forbidden()
    if (!(await tasks.stop(id, principal.who, principal.ip, now())))
      throw problems.busy('It has ended already.')
    return describeTask(await findOwn(principal, id))
  })
}
