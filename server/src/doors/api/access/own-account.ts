import type { AccountView } from '@mailkeep/contract'
import type { FastifyRequest } from 'fastify'
import type { AccessOrder } from '#services/access/access-order.ts'
import { AccessRefusal } from '#services/access/access-refusal.ts'
import type { AccountStore } from '#services/access/account-store.ts'
import { asksPassword } from '#services/access/asks-password.ts'
import type { PasskeyPlace } from '#services/access/passkey.ts'
import { describeAccount } from '../answers/describe-manager.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { assertPassword } from './assert-password.ts'
import type { Asker } from './guard-access.ts'
import { placeOf } from './place-of.ts'

export type Mine = NonNullable<Asker['signedIn']>

/** What routes of the own account work with. */
export interface OwnAccount {
  mineOf(asked: { readonly signedIn: Asker['signedIn'] }): Mine
  orderOf(mine: Mine): AccessOrder & { readonly accounts: AccountStore }
  show(mine: Mine): Promise<AccountView>
  prove(mine: Mine, password: string | undefined): Promise<void>
  place(request: FastifyRequest): PasskeyPlace
}

export function ownAccount(parts: ApiParts): OwnAccount {
  const { access, accounts, tenancy, clock, config } = parts
  return {
    mineOf({ signedIn }) {
      if (signedIn === null) throw problems.notAllowed('A key has no account; sign in as a manager.')
      return signedIn
    },
    orderOf: ({ manager, session }) => ({
      access,
      accounts,
      directory: tenancy,
      at: clock.now(),
      who: `manager:${manager.id}`,
      ip: session.ip,
    }),
    async show(seen) {
      const { manager, session } = seen
      const [now, passkeys, sessions] = await Promise.all([
        access.signedIn(session.hash),
        accounts.passkeysOf(manager.id),
        access.sessionsOf(manager.id),
      ])
      const mine = now ?? seen
      return describeAccount(mine, asksPassword(mine, clock.now()), passkeys, sessions.slice(0, 100))
    },
    prove: (mine, password) => assertPassword(mine, password ?? '', parts),
    place: (request) => placeOf(request, config['console.url']),
  }
}

/** Whoever needs a second factor keeps one. @throws AccessRefusal */
export function assertOneLeft({ manager }: Mine, left: number): void {
  if (manager.needsSecondFactor && left < 1)
    throw new AccessRefusal('wrong-code', 'a second factor is asked of you, and this is the last one')
}
