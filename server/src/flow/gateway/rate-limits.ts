import { clientKey } from '#ground/platform/client-key.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { NetworkList } from '#ground/platform/network-list.ts'

/** Most keys remembered at a time; a flood of new ones must not fill the memory. */
const mostKeys = 200_000

/**
 * Rates by client, sender, recipient and tenant, each a bucket that refills steadily and holds a minute's worth.
 * Each `take` answers whether there was room, and uses it.
 */
export class RateLimits {
  readonly #buckets = new Map<string, { left: number; at: number }>()
  readonly #clock: Clock
  readonly #settings: () => Config
  readonly #exempt: Pick<NetworkList, 'contains'>

  constructor(clock: Clock, settings: () => Config, exempt: Pick<NetworkList, 'contains'>) {
    this.#clock = clock
    this.#settings = settings
    this.#exempt = exempt
  }

  /** Whether rates do not apply to a client. */
  isExempt(ip: string): boolean {
    return this.#exempt.contains(ip)
  }

  takeConnection(ip: string): boolean {
    return this.#take(ip, 'connection', clientKey(ip), this.#settings()['gateway.connectionsPerMinute'])
  }

  takeClient(ip: string): boolean {
    return this.#take(ip, 'client', clientKey(ip), this.#settings()['gateway.messagesPerMinute'])
  }

  takeSender(ip: string, address: string): boolean {
    return this.#take(
      ip,
      'sender',
      address.toLowerCase(),
      this.#settings()['gateway.senderMessagesPerMinute'],
    )
  }

  takeRecipient(ip: string, address: string): boolean {
    return this.#take(
      ip,
      'recipient',
      address.toLowerCase(),
      this.#settings()['gateway.recipientMessagesPerMinute'],
    )
  }

  takeTenant(ip: string, tenant: string): boolean {
    return this.#take(ip, 'tenant', tenant, this.#settings()['gateway.tenantMessagesPerMinute'])
  }

  /** Notices without a sender that a server of ours, or a login, sends to the world; nothing is exempt from it. */
  takeNotice(sender: string): boolean {
    return this.#take('', 'notice', sender, this.#settings()['submission.noticesPerMinute'])
  }

  takeReport(ip: string, reporter: string): boolean {
    return this.#take(ip, 'report', reporter, this.#settings()['reports.perMinute'])
  }

  /** Forgets buckets that are full again; called every minute or so. */
  sweep(): void {
    const now = this.#clock.now()
    for (const [key, bucket] of this.#buckets) if (now - bucket.at > 60_000) this.#buckets.delete(key)
  }

  #take(ip: string, kind: string, name: string, perMinute: number): boolean {
    if (perMinute === 0 || this.isExempt(ip)) return true
    const key = `${kind} ${name}`
    const now = this.#clock.now()
    const bucket = this.#buckets.get(key) ?? this.#add(key, perMinute, now)
    bucket.left = Math.min(perMinute, bucket.left + ((now - bucket.at) / 60_000) * perMinute)
    bucket.at = now
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }

  #add(key: string, perMinute: number, now: number): { left: number; at: number } {
    if (this.#buckets.size >= mostKeys) {
      const oldest = this.#buckets.keys().next()
      if (!oldest.done) this.#buckets.delete(oldest.value)
    }
    const bucket = { left: perMinute, at: now }
    this.#buckets.set(key, bucket)
    return bucket
  }
}
