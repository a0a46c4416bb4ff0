import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { addPasskey, proposePasskey, removePasskey, renamePasskey } from '#services/access/passkey.ts'
import { assertOneLeft, ownAccount } from '../access/own-account.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/account/passkeys`: keys in devices of a manager. */
export function accountPasskeyRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { accounts, clock } = parts
  const { mineOf, orderOf, show, prove, place } = ownAccount(parts)

  addRoute(app, routes.proposePasskey, async (asked) => {
    const mine = mineOf(asked)
    await prove(mine, asked.body.password)
    return proposePasskey(accounts, mine.manager, place(asked.request), clock.now())
  })
  addRoute(app, routes.addPasskey, async (asked) => {
    const mine = mineOf(asked)
    const { name, answer } = asked.body
    const given = { manager: mine.manager, name, answer: { ...answer }, place: place(asked.request) }
    await addPasskey(orderOf(mine), given)
    return show(mine)
  })
  addRoute(app, routes.renamePasskey, async (asked) => {
    const mine = mineOf(asked)
    await renamePasskey(orderOf(mine), mine.manager, asked.params.passkey, asked.body.name)
    return show(mine)
  })
  addRoute(app, routes.removePasskey, async (asked) => {
    const mine = mineOf(asked)
    await prove(mine, asked.body.password)
    assertOneLeft(mine, mine.manager.passkeys - 1 + (mine.manager.totpSecret === null ? 0 : 1))
    await removePasskey(orderOf(mine), mine.manager, asked.params.passkey)
    return show(mine)
  })
}
