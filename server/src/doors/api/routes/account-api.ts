import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { encode } from 'uqr'
import {
  confirmSecondFactor,
  dropAuthenticator,
  proposeSecondFactor,
  renewRecoveryCodes,
} from '#services/access/second-factor.ts'
import { setPassword } from '#services/access/write-manager.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { assertOneLeft, ownAccount } from '../access/own-account.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

/** `/api/v1/account`: what a manager may see and change of himself: password and authenticator. */
export function accountApiRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { access, clock, config } = parts
  const { mineOf, orderOf, show, prove } = ownAccount(parts)

  addRoute(app, routes.account, (asked) => show(mineOf(asked)))
  addRoute(app, routes.changePassword, async (asked) => {
    const mine = mineOf(asked)
    await prove(mine, asked.body.old)
    await setPassword(orderOf(mine), mine.manager, asked.body.password, mine.session.hash)
    return show(mine)
  })
  addRoute(app, routes.proposeAuthenticator, async (asked) => {
    const proposal = proposeSecondFactor(mineOf(asked).manager, config['site.host'])
    const { data } = encode(proposal.uri, { border: 0 })
    return { ...proposal, squares: data.map((row) => row.map((dark) => (dark ? '#' : '.')).join('')) }
  })
  addRoute(app, routes.confirmAuthenticator, async (asked) => {
    const mine = mineOf(asked)
    const { manager, session } = mine
    await prove(mine, asked.body.password)
    if (manager.totpSecret !== null) throw new OrderError('conflict', 'there is an authenticator already')
    const { secret, code } = asked.body
    return { codes: await confirmSecondFactor(access, { manager, session, secret, code }, clock.now()) }
  })
  addRoute(app, routes.removeAuthenticator, async (asked) => {
    const mine = mineOf(asked)
    await prove(mine, asked.body.password)
    assertOneLeft(mine, mine.manager.passkeys)
    await dropAuthenticator(orderOf(mine), mine.manager)
    return show(mine)
  })
  addRoute(app, routes.renewRecoveryCodes, async (asked) => {
    const mine = mineOf(asked)
    await prove(mine, asked.body.password)
    return { codes: await renewRecoveryCodes(orderOf(mine), mine.manager) }
  })
}
