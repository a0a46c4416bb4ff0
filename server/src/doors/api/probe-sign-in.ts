import type { FastifyInstance } from 'fastify'
import { type RoleName, roles } from '#services/access/roles.ts'
import { hashSecret, newSecret } from '#services/access/secret.ts'
import type { ApiParts } from './api-parts.ts'
import { hostOf } from './host-of.ts'

const linkLifeMs = 30_000
/** Probes have an address of their own: wrong tries of people on this machine do not slow them down. */
const remoteAddress = '127.0.0.99'

/**
 * Tries, again and again, whether a manager of each role can sign in under each host name: by a link made for the
 * moment, through all that a request goes through. Probes are managers without a password that may ask who they are and
 * nothing else; nobody sees them in a list.
 */
export class SignInProbe {
  readonly #app: FastifyInstance
  readonly #parts: ApiParts
  readonly #timer: NodeJS.Timeout | null
  readonly #broken = new Set<string>()
  #isRunning = false

  constructor(app: FastifyInstance, parts: ApiParts) {
    this.#app = app
    this.#parts = parts
    const everyMs = parts.config['console.probeEvery']
    this.#timer = everyMs === 0 ? null : setInterval(() => void this.#round(), everyMs).unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  async #round(): Promise<void> {
    const { maintenance } = this.#parts
    if (this.#isRunning || maintenance.now !== null) return
    this.#isRunning = true
    const tried = new Set<string>()
    try {
      const tenant = await this.#operator()
      const hosts = tenant === null ? [] : this.#hosts()
      for (const host of hosts)
        for (const role of Object.keys(roles) as RoleName[]) {
          tried.add(`${role} at ${host}`)
          await this.#try(role, host, tenant ?? '')
        }
      for (const gone of this.#broken) if (!tried.has(gone)) this.#clear(gone)
    } catch (cause) {
      this.#raise('everybody', (cause as Error).message)
      return
    } finally {
      this.#isRunning = false
    }
    this.#clear('everybody')
  }

  /** Names that people come by: this machine's, the public one, and those of brands. */
  #hosts(): ReadonlySet<string> {
    const { brands, config } = this.#parts
    return new Set(['localhost', hostOf(config['console.url']) ?? 'localhost', ...brands.hosts()])
  }

  /** The operator's tenant; null: nobody signs in yet. */
  async #operator(): Promise<string | null> {
    const { access, tenancy } = this.#parts
    const [managers, tenants] = await Promise.all([access.managers(), tenancy.tenants()])
    return managers.length === 0 ? null : (tenants.find((each) => each.level === 'operator')?.id ?? null)
  }

  async #try(role: RoleName, host: string, tenant: string): Promise<void> {
    const subject = `${role} at ${host}`
    try {
      const started = performance.now()
      const why = await this.#signIn(role, host, tenant)
      await this.#note(subject, why, performance.now() - started)
      if (why === null) this.#clear(subject)
      else this.#raise(subject, why)
    } catch (cause) {
      this.#raise(subject, (cause as Error).message)
      await this.#note(subject, (cause as Error).message, null).catch(() => undefined)
    }
  }

  /** For those who ask later how signing in does; that it cannot be noted is no fault of signing in. */
  async #note(path: string, why: string | null, tookMs: number | null): Promise<void> {
    const { probes, config, clock } = this.#parts
    const result = why === null ? 'ok' : 'failed'
    const everyMs = config['console.probeEvery']
    const own = `${config['node.name']} ${process.pid}`
    const tried = { path, result, at: clock.now(), tookMs, everyMs, words: why ?? '', process: own } as const
    await probes.noteProbes([{ component: 'sign-in', ...tried }]).catch(() => undefined)
  }

  /** Null: it went well; else why not. */
  async #signIn(role: RoleName, host: string, tenant: string): Promise<string | null> {
    const { access, clock } = this.#parts
    const id = `probe.${role}`
    if (!(await access.manager(id))) await access.putManager(probeOf(id, role, tenant, clock.now()))
    const page = await this.#app.inject({ url: '/sign-in', headers: { host }, remoteAddress })
    if (page.statusCode !== 200) return `the sign-in page answered ${page.statusCode}`
    const secret = newSecret()
    await access.putLink({ hash: hashSecret(secret), manager: id, expiresAt: clock.now() + linkLifeMs })
    const own = { host, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }
    const entered = await this.#app.inject({
      method: 'POST',
      url: `/sign-in/link/${secret}`,
      headers: own,
      payload: '',
      remoteAddress,
    })
    const given = String(entered.headers['set-cookie'] ?? '')
    const cookie = /^[^;]+/.exec(given)?.[0] ?? ''
    if (entered.statusCode !== 303 || cookie === '') return `signing in answered ${entered.statusCode}`
    if (/;\s*domain=/i.test(given)) return 'the cookie names a domain'
    const me = await this.#app.inject({ url: '/api/v1/me', headers: { host, cookie }, remoteAddress })
    await this.#app.inject({ method: 'POST', url: '/sign-out', headers: { ...own, cookie }, remoteAddress })
    if (me.statusCode !== 200) return `asking for rights answered ${me.statusCode}`
    const has = new Set((me.json() as { rights: string[] }).rights)
    const missing = roles[role].rights.find((each) => !has.has(each))
    return missing === undefined ? null : `the right ${missing} is missing`
  }

  #raise(subject: string, why: string): void {
    this.#broken.add(subject)
    this.#parts.alarms.raise(
      'sign-in-broken',
      subject,
      `signing in fails for ${subject}: ${why.slice(0, 200)}; who has signed in stays so, mail is not touched, and commands on this machine go on`,
    )
  }

  #clear(subject: string): void {
    this.#broken.delete(subject)
    this.#parts.alarms.clear('sign-in-broken', subject)
  }
}

function probeOf(id: string, role: RoleName, tenant: string, at: number) {
  return {
    id,
    displayName: '',
    address: '',
    role,
    tenant,
    domains: null,
    ownersOfDomains: [],
    passwordHash: null,
    totpSecret: null,
    recoveryCodes: [],
    needsSecondFactor: false,
    createdAt: at,
    createdBy: 'mailkeep',
    disabledAt: null,
    passkeys: 0,
    isProbe: true,
  }
}
