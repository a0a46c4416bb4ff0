import type { RouteAccess } from '@mailkeep/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isOfPeopleAlone, type Principal, reachOfMail } from '#services/access/principal.ts'
import type { Right } from '#services/access/roles.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { problems } from '../api-problem.ts'
import { AskRate, type RateBounds } from './ask-rate.ts'
import type { Asker, WhoAsks } from './who-asks.ts'

export type { Asker } from './who-asks.ts'

declare module 'fastify' {
  interface FastifyRequest {
    asker: Asker
  }
  interface FastifyContextConfig {
    /** `open`: for everybody; `signed-in`: for a session, complete or not; else the right that is needed. */
    readonly access?: RouteAccess
    /** Another right that is enough. */
    readonly orRight?: RouteAccess | undefined
    /** Whether anything is changed here. */
    readonly writes?: boolean
    /** Whether forms of anybody may come here: the address holds a secret that lets one thing happen. */
    readonly fromAnywhere?: boolean
    /** Whether `?scope=` limits what is in reach. */
    readonly scoped?: boolean
    /** Whether it is asked of groups and people too; else who looks after these alone is kept out. */
    readonly ofPeople?: boolean
  }
}

/** A program in a loop without an end takes the store's time from people; one that reads a list to its end does not. */
export const programRate = { most: 1000, perSecond: 100 }

/**
 * Lets nobody in who may not. A route that says nothing of access is closed: what is forgotten stays shut.
 * @param bounds of what a key may ask
 * @param nowMs a clock that is never set back
 */
export function guardAccess(
  app: FastifyInstance,
  who: WhoAsks,
  bounds: RateBounds,
  nowMs: () => number,
): void {
  const rate = new AskRate(bounds)
  app.decorateRequest('asker')
  app.addHook('preValidation', async (request) => {
    const { access, orRight, scoped, ofPeople } = request.routeOptions.config
    if (access === 'open' || request.is404) return
    request.asker = await identify(request, who)
    const { principal, signedIn } = request.asker
    const isProgram = principal !== null && request.headers.authorization !== undefined
    const waitMs = isProgram ? rate.take(principal.who, nowMs()) : 0
    if (waitMs > 0) throw problems.tooMany(bounds, waitMs)
    if (signedIn?.manager.isProbe && access !== 'signed-in') throw problems.forbidden()
    if (signedIn?.session.viewAs && isChange(request)) throw problems.onlyViewing()
    const isForAll = access === 'signed-in' && (signedIn ?? principal) !== null
    // Whoever has still to finish signing in reaches nothing that could be limited.
    if (isForAll && principal === null) return
    if (principal === null) throw problems.signIn(request.headers.authorization !== undefined)
    if (!isForAll && ![access, orRight].some((each) => isRight(each) && principal.rights.has(each)))
      throw problems.forbidden()
    const narrowed = scoped ? await within(scopeOf(request, principal, who), app.storeWaitMs) : principal
    if (!isForAll && !ofPeople && isOfPeopleAlone(narrowed))
      throw isOfPeopleAlone(principal) ? problems.forbidden() : problems.notOfPeople()
    request.asker = { ...request.asker, principal: narrowed }
  })
}

/** Tells who asks, or that it cannot be told now. @throws ApiProblem after a moment without an answer */
export function identify(request: FastifyRequest, who: WhoAsks): Promise<Asker> {
  return within(who.of(request), request.server.storeWaitMs)
}

function isRight(access: RouteAccess | undefined): access is Right & RouteAccess {
  return access !== undefined && access !== 'signed-in' && access !== 'open'
}

/** Whoever looks with the eyes of others may end that, and change nothing else. */
function isChange({ method, routeOptions }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return !['/api/v1/account/view', '/sign-out', '/account/view/end'].includes(routeOptions.url ?? '')
}

/** Whoever asks, with what the question is limited to. A level out of reach is as good as none. */
async function scopeOf(request: FastifyRequest, principal: Principal, who: WhoAsks): Promise<Principal> {
  const { scope } = request.query as { scope?: unknown }
  if (scope === undefined) return principal
  const narrowed =
    typeof scope === 'string'
      ? ((await who.within(principal, scope)) ?? (await withinAnew(request, who, scope)))
      : null
  if (narrowed === null)
    throw problems.notFound(
      `There is no ${String(scope).slice(0, 320)} in your reach; a scope is tenant:ID, domain:NAME, group:DOMAIN/NAME or user:ADDRESS.`,
    )
  return narrowed
}

/** Before it is said that there is nothing, the tree is read again: a command may have made it a moment ago. */
async function withinAnew(request: FastifyRequest, who: WhoAsks, scope: string): Promise<Principal | null> {
  who.treeChanged()
  const { principal } = await who.of(request)
  return principal && who.within(principal, scope)
}

/** Who asks, where the route is not open. */
export function principalOf(request: FastifyRequest): Principal {
  const { principal } = request.asker
  if (principal === null) throw problems.signIn(false)
  return principal
}

/** A store that is away is our fault and says so; it is nobody's wrong password. */
async function within<Answer>(asked: Promise<Answer>, waitMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(problems.notAvailable('Who you are cannot be looked up: the store does not answer.')),
      waitMs,
    )
  })
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
    asked.catch(() => undefined)
  }
}

/** Whose mail he may see; undefined: all. */
export function reachOf(request: FastifyRequest): Reach | undefined {
  return reachOfMail(principalOf(request))
}
