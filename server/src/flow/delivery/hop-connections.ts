import type { DeliveryTerms } from '#flow/spool/message.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Trust } from '#ground/platform/tls/trust.ts'
import { DeliveryFault } from './fault.ts'
import type { Hop } from './hop.ts'
import { outcomeOf } from './outcome.ts'
import { findTargets, type RouteOptions } from './route.ts'
import type { TlsSession } from './security/demand.ts'
import { describeSession } from './security/describe-session.ts'
import type { SecureTargets } from './security/secure-targets.ts'
import type { PathWish } from './sending/choose-path.ts'
import { receiverOfHost, type Senders } from './sending/senders.ts'
import type { Pool } from './sending/sending-address.ts'
import { type ClientTimes, SmtpClient } from './smtp-client.ts'
import type { Target } from './target.ts'
import type { TargetHealth } from './target-health.ts'
import { TargetWatch } from './target-watch.ts'

export interface HopConnectionsOptions {
  readonly route: RouteOptions
  readonly health: TargetHealth
  readonly senders: Senders
  /** Whose certificates are believed. */
  readonly trust: Trust
  /** Puts on servers found by MX what the owners of their domains ask for. */
  readonly secure: SecureTargets
  /** Told of each connection to a server found by MX. */
  readonly onSession: (session: TlsSession) => void
  readonly settings: Config
  readonly alarms: Alarms
  readonly clock: Clock
}

/** How long a list of targets is used before names are looked up again. */
const targetsForMs = 60_000
/** How long a target that failed in TLS is spoken to in plain text, where that is allowed. */
const plainForMs = 600_000

/** Connections to next hops: idle ones first, else a new one to the best target that answers. */
export class HopConnections {
  readonly #options: HopConnectionsOptions
  readonly #plainUntil = new Map<string, number>()
  readonly #watch: TargetWatch

  constructor(options: HopConnectionsOptions) {
    this.#options = options
    this.#watch = new TargetWatch(options.alarms, () => options.clock.now())
  }

  /**
   * A connection that is ready for a message, and encrypted where the message must be.
   * @throws DeliveryFault of the last target tried
   */
  async take(hop: Hop, wish: PathWish, needs?: TlsNeed): Promise<SmtpClient> {
    for (let at = hop.idle.length - 1; at >= 0; at--) {
      const client = hop.idle[at]
      if (!client || (client.isUsable && !(fulfils(client, needs) && this.#mayReuse(hop, client, wish))))
        continue
      hop.idle.splice(at, 1)
      if (client.isUsable) return client
      client.destroy()
    }
    return this.#open(hop, wish, needs)
  }

  /** Looks up who runs the servers of a hop; what cannot be looked up is the next try's to tell. */
  async lookUp(hop: Hop): Promise<void> {
    await this.#targets(hop).catch(() => undefined)
  }

  #mayReuse(hop: Hop, client: SmtpClient, wish: PathWish): boolean {
    const { localAddress, messages } = client
    return (
      hop.isOwn || this.#options.senders.mayReuse(localAddress, poolOf(hop), hop.receiver, wish, messages)
    )
  }

  /** Takes a connection back after a message; keeps it for the next one, or closes it. */
  giveBack(hop: Hop, client: SmtpClient, tookMs: number): void {
    const { settings, health } = this.#options
    if (!client.isUsable) {
      client.destroy()
      return
    }
    health.succeeded(client.target, tookMs)
    const most = Math.min(settings['delivery.messagesPerConnection'], hop.perConnection)
    if (client.messages >= most || hop.isDown) {
      client.quit()
      return
    }
    hop.idle.push(client)
    const messages = client.messages
    setTimeout(() => {
      const at = hop.idle.indexOf(client)
      if (at < 0 || client.messages !== messages) return
      hop.idle.splice(at, 1)
      client.quit()
    }, settings['delivery.idleTimeout']).unref()
  }

  times(hop: Hop): ClientTimes {
    const { settings } = this.#options
    return {
      connectMs: hop.isOwn ? settings['delivery.ownConnectTimeout'] : settings['delivery.connectTimeout'],
      commandMs: settings['delivery.commandTimeout'],
      dataMs: settings['delivery.dataTimeout'],
      finalMs: settings['delivery.finalTimeout'],
    }
  }

  /** Nothing is sent to a hop any more. */
  forget(hop: Hop): void {
    this.#watch.forget(hop)
  }

  closeAll(hops: Iterable<Hop>): void {
    for (const hop of hops) for (const client of hop.idle.splice(0)) client.quit()
  }

  async #open(hop: Hop, wish: PathWish, needs?: TlsNeed): Promise<SmtpClient> {
    const targets = await this.#targets(hop)
    let last: DeliveryFault | null = null
    for (const target of this.#inOrder(hop, targets)) {
      try {
        const client = await this.#openFrom(hop, target, wish, needs)
        this.#watch.works(hop, target)
        return client
      } catch (cause) {
        // No address may speak to this receiver now: that says nothing against its servers.
        if (cause instanceof DeliveryFault && cause.kind === 'no-address') throw cause
        last =
          cause instanceof DeliveryFault
            ? cause
            : new DeliveryFault('connect', 'lost', String((cause as Error).message))
        // What other mail may do without says nothing against the target.
        if (last.kind === 'tls-needed') continue
        this.#options.health.failed(target)
        this.#watch.failed(hop, target, targets, last)
      }
    }
    throw last ?? new DeliveryFault('connect', 'unreachable', `${hop.name} has no server to connect to`)
  }

  /** Tries one target from one address after another, where it will not even greet some of them. */
  async #openFrom(hop: Hop, target: Target, wish: PathWish, needs?: TlsNeed): Promise<SmtpClient> {
    for (let refused = wish, tries = 1; ; tries++) {
      const source = this.#source(hop, refused)
      try {
        return needs
          ? await this.#connectSafely(hop, target, source, needs)
          : await this.#connect(hop, target, source)
      } catch (cause) {
        if (!(cause instanceof DeliveryFault) || cause.reply === null || hop.isOwn) throw cause
        const outcome = outcomeOf(cause, cause.phase, target.host)
        this.#options.senders.note(source.ip ?? '', poolOf(hop), hop.receiver, outcome)
        if (outcome.reason !== 'address-refused' || source.ip === null || tries >= mostAtConnect) throw cause
        refused = { ...refused, refusedFrom: [...refused.refusedFrom, source.ip] }
      }
    }
  }

  /** MX servers keep the order of their preferences; equal servers are ordered by how well they did. */
  #inOrder(hop: Hop, targets: readonly Target[]): Target[] {
    if (hop.hop.kind !== 'mx') return this.#options.health.order(targets)
    const out = new Set(this.#options.health.out(targets))
    return [...targets.filter((each) => !out.has(each)), ...targets.filter((each) => out.has(each))]
  }

  async #targets(hop: Hop): Promise<readonly Target[]> {
    const now = this.#options.clock.now()
    if (hop.hop.kind === 'maildir') return []
    if (hop.targets === null || hop.targets.until <= now) {
      const found = await findTargets(hop.hop, this.#options.route)
      const list = hop.hop.kind === 'mx' ? await this.#options.secure.of(hop.hop.domain, found) : found
      this.#watch.listed(hop, list)
      hop.targets = { list, until: now + targetsForMs }
      const [first] = hop.targets.list
      if (first) hop.receiver = receiverOfHost(first.host, first.ip, first.port)
    }
    const slow = this.#options.health.ejectSlowest(hop.targets.list)
    if (slow) this.#watch.out(hop, slow, 'it takes more than twice as long as its peers')
    return hop.targets.list
  }

  /** A connection for mail that must be encrypted, whatever the hop asks for itself. */
  async #connectSafely(hop: Hop, target: Target, source: Source, needs: TlsNeed): Promise<SmtpClient> {
    const tls = target.tls === 'verify' ? target.tls : needs
    try {
      return await this.#dial(hop, { ...target, tls }, source)
    } catch (cause) {
      if (!(cause instanceof DeliveryFault && cause.kind === 'tls') || tls === target.tls) throw cause
      throw new DeliveryFault(cause.phase, 'tls-needed', cause.message, cause.reply, cause.trouble)
    }
  }

  async #connect(hop: Hop, target: Target, source: Source): Promise<SmtpClient> {
    const { clock } = this.#options
    const key = `${target.ip} ${target.port}`
    const plain = target.tls === 'opportunistic' && (this.#plainUntil.get(key) ?? 0) > clock.now()
    const open = (tls: Target['tls']) => this.#dial(hop, { ...target, tls }, source)
    try {
      return await open(plain ? 'never' : target.tls)
    } catch (cause) {
      // One that says 421 at STARTTLS leaves, as when it is restarted: its TLS works as well as before.
      const isTls = cause instanceof DeliveryFault && cause.phase === 'starttls' && cause.kind === 'tls'
      if (!isTls || target.tls !== 'opportunistic' || plain) throw cause
      // Opportunistic TLS that does not work must not be worse than none (RFC 7435).
      this.#plainUntil.set(key, clock.now() + plainForMs)
      return open('never')
    }
  }

  async #dial(hop: Hop, target: Target, source: Source): Promise<SmtpClient> {
    try {
      const client = await SmtpClient.open({
        target,
        helo: source.helo,
        localAddress: source.ip,
        times: this.times(hop),
        trust: this.#options.trust.context,
      })
      this.#noteSession(target, client.localAddress, client)
      return client
    } catch (cause) {
      if (cause instanceof DeliveryFault) this.#noteSession(target, source.ip ?? '', cause)
      throw cause
    }
  }

  #noteSession(target: Target, sourceIp: string, end: SmtpClient | DeliveryFault): void {
    // Where we did not even ask for TLS there is nothing to report.
    const session = target.tls === 'never' ? null : describeSession(target, sourceIp, end)
    if (session) this.#options.onSession(session)
  }

  #source(hop: Hop, wish: PathWish): Source {
    const { senders } = this.#options
    // Our own hops know no strangers: whatever was learnt of a receiver, they are spoken to.
    const found = hop.isOwn ? senders.any(poolOf(hop)) : senders.choose(poolOf(hop), hop.receiver, wish)
    if (found === 'none')
      throw new DeliveryFault(
        'local',
        'no-address',
        `none of our addresses may send to ${hop.receiver} for now`,
      )
    return { ip: found.ip === '' ? null : found.ip, helo: found.helo }
  }
}

interface Source {
  /** Null: the system's choice. */
  readonly ip: string | null
  readonly helo: string
}

/** Addresses that are tried one after another where a server will not even greet. */
const mostAtConnect = 3

/** The pool of addresses that mail to a hop leaves by. */
export function poolOf(hop: Hop): Pool {
  return hop.name.startsWith('inbound ') ? 'inbound' : 'outbound'
}

/** What a message asks of its connection; see DeliveryTerms. */
type TlsNeed = NonNullable<DeliveryTerms['tls']>

function fulfils({ tls }: SmtpClient, needs: TlsNeed | undefined): boolean {
  return needs === undefined || (needs === 'verify' ? tls.endsWith(' verified') : tls !== '')
}
