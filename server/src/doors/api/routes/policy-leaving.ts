import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { checkSettingAt } from '#services/policy/set-level-setting.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/policy/leaving`: what keeping mail for another time would end at once. */
export function policyLeavingRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  addRoute(app, routes.policyLeaving, async ({ principal, query }) => {
    const { name } = await door.level(principal, query.level)
    const { setting = 'quarantine.days', value = null, locked = false } = query
    if (value !== null) checkSettingAt({ name }, { name: setting, value })
    const [found] = await parts.policy.countLeaving([{ scope: name, setting, value, locked }])
    return { leaving: found?.leaving ?? 0, isCut: found?.isCut ?? false }
  })
}
