import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { isOfPeople } from '#ground/platform/reach-names.ts'
import type { AccessStore, ApiKey, Manager, SignedIn } from '#services/access/access-store.ts'
import {
  narrowTo,
  narrowToPeople,
  type Principal,
  principalOfKey,
  principalOfManager,
  reachOfMail,
} from '#services/access/principal.ts'
import { findSession, hasSecondFactor } from '#services/access/session.ts'
import { principalOfView } from '#services/access/view-as.ts'
import { findKey } from '#services/access/write-key.ts'
import type { Domain, Tenant } from '#services/directory/directory-store.ts'
import type { DirectoryViews } from '#services/directory/directory-views.ts'
import { isLoopbackAddress } from '../loopback.ts'
import { readCookie } from './cookie.ts'
import { RecentLookups } from './recent-lookups.ts'

/** Who stands behind a request. */
export interface Asker {
  /** Null: he has to sign in, or to finish it, first. */
  readonly principal: Principal | null
  /** The session of a manager, complete or not; null: a key, or nobody. */
  readonly signedIn: SignedIn | null
}

export interface WhoAsksParts {
  readonly access: AccessStore
  /** The same for looking up who asks: it takes no turn from mail that is being written. */
  readonly readAccess: AccessStore
  readonly tenants: () => Promise<Tenant[]>
  readonly domains: () => Promise<Domain[]>
  /** Groups and people that questions can be limited to. */
  readonly views: Pick<DirectoryViews, 'peopleScope'>
  readonly now: () => number
  /** Whether a web server of ours stands in front and names the address that a request came from. */
  readonly isBehindProxy: () => boolean
  /** People reach the pages by HTTPS. */
  readonly isSecure: () => boolean
}

/** The tree of tenants may be this old: commands and other processes change it too. */
const tenantsFreshMs = 1000
/** Until a first manager is there, that is looked for anew after this time. */
const emptyFreshMs = 1000

/** Tells who asks: by key, by session, or nobody. */
export class WhoAsks {
  readonly #parts: WhoAsksParts
  #tenants: { readonly at: number; readonly found: Promise<Tenant[]> } | null = null
  #hasManagers = false
  #lookedAt = 0
  readonly #keys = new RecentLookups<ApiKey>()
  readonly #sessions = new RecentLookups<SignedIn>()

  constructor(parts: WhoAsksParts) {
    this.#parts = parts
  }

  async of(request: FastifyRequest): Promise<Asker> {
    const { access, readAccess, now } = this.#parts
    const ip = this.addressOf(request)
    const { authorization } = request.headers
    // Whoever sends this field is a program: a cookie beside it says nothing.
    if (authorization !== undefined) {
      const shown = /^Bearer (\S{1,200})$/i.exec(authorization)?.[1]
      const find = () => findKey(access, shown ?? '', now(), readAccess)
      const key = shown === undefined ? null : await this.#keys.find(shown, now(), find)
      return { principal: key && principalOfKey(key, await this.#treeWith(key.tenant), ip), signedIn: null }
    }
    const secret = readCookie(request, this.#parts.isSecure())
    const find = () => findSession(access, secret ?? '', now(), readAccess)
    const found = secret === null ? null : await this.#sessions.find(secret, now(), find)
    if (found) {
      const signedIn = withoutOldView(found, now())
      const isDone =
        signedIn.session.isComplete &&
        !(signedIn.manager.needsSecondFactor && !hasSecondFactor(signedIn.manager))
      return { principal: isDone ? await this.#principalOf(signedIn, ip) : null, signedIn }
    }
    // Behind a web server every request comes from this machine, and the world stands behind it.
    const isHere = !this.#parts.isBehindProxy() && isLoopbackAddress(ip)
    const mayLook = isHere && !(await this.#needsSignIn())
    return { principal: mayLook ? wholeHouse(ip) : null, signedIn: null }
  }

  /** A manager, as himself or with the eyes of somebody else. */
  async #principalOf({ manager, session }: SignedIn, ip: string): Promise<Principal> {
    const own = await this.own(manager, ip)
    const view = session.viewAs
    if (view === null) return own
    const seen = principalOfView(own, view, await this.#tree())
    // Addresses of groups and people change: what he does not reach now, he does not see by way of them.
    const isOfOne = view.domain !== null && isOfPeople(view.domain)
    const found = isOfOne ? await this.within(own, view.domain) : own
    return found === null || (isOfOne && found.tenant !== view.tenant)
      ? { ...seen, tenants: new Set() }
      : seen
  }

  /** A manager as himself, also while he looks with the eyes of somebody else. */
  async own(manager: Manager, ip: string): Promise<Principal> {
    return principalOfManager(manager, await this.#treeWith(manager.tenant), ip)
  }

  /** The same person within one level of tenancy. Null: that is not in his reach. */
  async within(principal: Principal, scope: string): Promise<Principal | null> {
    if (isOfPeople(scope)) {
      const found = await this.#parts.views.peopleScope(scope, reachOfMail(principal) ?? null)
      return found && narrowToPeople(principal, found)
    }
    return narrowTo(principal, scope, {
      tenants: await this.#tree(),
      domains: await this.#parts.domains(),
    })
  }

  /** Somebody may have been let in or shut out: what was looked up before counts no more. */
  accessChanged(): void {
    this.#keys.forget()
    this.#sessions.forget()
  }

  /** The tree of tenants is another one now, or may be: what was made in it is in reach at once. */
  treeChanged(): void {
    this.#tenants = null
  }

  /** Address that a request came from: the one that our own web server names, where there is one. */
  addressOf(request: FastifyRequest): string {
    const peer = request.socket.remoteAddress ?? ''
    const named = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .at(-1)
      ?.trim()
    return this.#parts.isBehindProxy() && isLoopbackAddress(peer) && named && isIP(named) ? named : peer
  }

  /** From the first manager on, everybody signs in. */
  async #needsSignIn(): Promise<boolean> {
    const now = this.#parts.now()
    if (!this.#hasManagers && now - this.#lookedAt >= emptyFreshMs) {
      this.#hasManagers = (await this.#parts.readAccess.managers()).length > 0
      this.#lookedAt = now
    }
    return this.#hasManagers
  }

  /** Before somebody's own tenant counts as gone, the tree is read again: a command may have made it a moment ago. */
  async #treeWith(tenant: string): Promise<Tenant[]> {
    const found = await this.#tree()
    if (found.some(({ id }) => id === tenant)) return found
    this.treeChanged()
    return this.#tree()
  }

  #tree(): Promise<Tenant[]> {
    const now = this.#parts.now()
    if (this.#tenants === null || now - this.#tenants.at > tenantsFreshMs) {
      const found = this.#parts.tenants()
      found.catch(() => {
        this.#tenants = null
      })
      this.#tenants = { at: now, found }
    }
    return this.#tenants.found
  }
}

/** A view as somebody else ends by itself. */
function withoutOldView({ session, manager }: SignedIn, now: number): SignedIn {
  const isOver = session.viewAs !== null && session.viewAs.until < now
  return { manager, session: isOver ? { ...session, viewAs: null } : session }
}

/** Without any manager whoever works on this machine may look, as he may with every command. */
function wholeHouse(ip: string): Principal {
  return {
    who: 'machine',
    name: 'This machine',
    ip,
    rights: new Set(['mail.read', 'directory.read', 'site.read']),
    tenant: '',
    tenants: null,
    domains: null,
  }
}
