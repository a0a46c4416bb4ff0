import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { keptDaysSetting } from '#services/directory/policy-settings.ts'
import { checkSettingAt } from '#services/policy/set-level-setting.ts'
import { PolicyDoor } from '../policy-door.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/policy/leaving`: what keeping mail for another time would delete at once. */
export function policyLeavingRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const door = new PolicyDoor(parts)
  addRoute(app, routes.policyLeaving, async ({ principal, query }) => {
    const { name } = await door.level(principal, query.level)
    const { value = null, locked = false } = query
    if (value !== null) checkSettingAt({ name }, { name: keptDaysSetting, value })
    return { ...(await parts.policy.countLeaving({ scope: name, value, locked })) }
  })
}
