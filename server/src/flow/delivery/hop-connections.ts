import type { DeliveryTerms } from '#flow/spool/message.ts'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { DeliveryFault } from './fault.ts'
import type { Hop } from './hop.ts'
import { findTargets, type RouteOptions } from './route.ts'
import { type ClientTimes, SmtpClient, type Target } from './smtp-client.ts'
import type { TargetHealth } from './target-health.ts'

export interface HopConnectionsOptions {
  readonly route: RouteOptions
  readonly health: TargetHealth
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
  #nextSource = 0

  constructor(options: HopConnectionsOptions) {
    this.#options = options
  }

  /**
   * A connection that is ready for a message, and encrypted where the message must be.
   * @throws DeliveryFault of the last target tried
   */
  async take(hop: Hop, needs?: TlsNeed): Promise<SmtpClient> {
    for (let at = hop.idle.length - 1; at >= 0; at--) {
      const client = hop.idle[at]
      if (!client || (client.isUsable && !fulfils(client, needs))) continue
      hop.idle.splice(at, 1)
      if (client.isUsable) return client
      client.destroy()
    }
    return this.#open(hop, needs)
  }

  /** Takes a connection back after a message; keeps it for the next one, or closes it. */
  giveBack(hop: Hop, client: SmtpClient, tookMs: number): void {
    const { settings, health } = this.#options
    if (!client.isUsable) {
      client.destroy()
      return
    }
    health.succeeded(client.target, tookMs)
    if (client.messages >= settings['delivery.messagesPerConnection'] || hop.isDown) {
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

  closeAll(hops: Iterable<Hop>): void {
    for (const hop of hops) for (const client of hop.idle.splice(0)) client.quit()
  }

  async #open(hop: Hop, needs?: TlsNeed): Promise<SmtpClient> {
    const targets = await this.#targets(hop)
    let last: DeliveryFault | null = null
    for (const target of this.#inOrder(hop, targets)) {
      try {
        return needs ? await this.#connectSafely(hop, target, needs) : await this.#connect(hop, target)
      } catch (cause) {
        last =
          cause instanceof DeliveryFault
            ? cause
            : new DeliveryFault('connect', 'lost', String((cause as Error).message))
        // What other mail may do without says nothing against the target.
        if (last.kind === 'tls-needed') continue
        this.#options.health.failed(target)
        if (targets.length > 1) this.#tellOut(hop, target, last)
      }
    }
    throw last ?? new DeliveryFault('connect', 'unreachable', `${hop.name} has no server to connect to`)
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
      hop.targets = { list: await findTargets(hop.hop, this.#options.route), until: now + targetsForMs }
    }
    const slow = this.#options.health.ejectSlowest(hop.targets.list)
    if (slow)
      this.#tellOut(
        hop,
        slow,
        new DeliveryFault('final', 'timeout', 'it takes more than twice as long as its peers'),
      )
    return hop.targets.list
  }

  /** A connection for mail that must be encrypted, whatever the hop asks for itself. */
  async #connectSafely(hop: Hop, target: Target, needs: TlsNeed): Promise<SmtpClient> {
    const tls = target.tls === 'verify' ? target.tls : needs
    try {
      return await this.#dial(hop, { ...target, tls })
    } catch (cause) {
      if (!(cause instanceof DeliveryFault && cause.kind === 'tls') || tls === target.tls) throw cause
      throw new DeliveryFault(cause.phase, 'tls-needed', cause.message, cause.reply)
    }
  }

  async #connect(hop: Hop, target: Target): Promise<SmtpClient> {
    const { clock, alarms } = this.#options
    const key = `${target.ip} ${target.port}`
    const plain = target.tls === 'opportunistic' && (this.#plainUntil.get(key) ?? 0) > clock.now()
    const open = (tls: Target['tls']) => this.#dial(hop, { ...target, tls })
    try {
      const client = await open(plain ? 'never' : target.tls)
      alarms.clear('target-out', `${hop.name} ${target.host}`)
      return client
    } catch (cause) {
      if (
        !(cause instanceof DeliveryFault && cause.phase === 'starttls' && target.tls === 'opportunistic') ||
        plain
      )
        throw cause
      // Opportunistic TLS that does not work must not be worse than none (RFC 7435).
      this.#plainUntil.set(key, clock.now() + plainForMs)
      return open('never')
    }
  }

  #dial(hop: Hop, target: Target): Promise<SmtpClient> {
    return SmtpClient.open({
      target,
      helo: this.#options.settings['site.host'],
      localAddress: this.#source(hop),
      times: this.times(hop),
    })
  }

  #tellOut(hop: Hop, target: Target, fault: DeliveryFault): void {
    this.#options.alarms.raise(
      'target-out',
      `${hop.name} ${target.host}`,
      `${target.host} [${target.ip}]:${target.port} is out for now: ${fault.message}`,
    )
  }

  #source(hop: Hop): string | null {
    const { settings } = this.#options
    const sources =
      settings[hop.name.startsWith('inbound ') ? 'delivery.inboundSource' : 'delivery.outboundSource']
    return sources.length === 0 ? null : (sources[this.#nextSource++ % sources.length] ?? null)
  }
}

/** What a message asks of its connection; see DeliveryTerms. */
type TlsNeed = NonNullable<DeliveryTerms['tls']>

function fulfils({ tls }: SmtpClient, needs: TlsNeed | undefined): boolean {
  return needs === undefined || (needs === 'verify' ? tls.endsWith(' verified') : tls !== '')
}
