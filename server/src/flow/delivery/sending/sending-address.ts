import type { Config } from '#ground/platform/config/settings.ts'

/** Inbound mail and outbound mail leave by addresses of their own: what customers send never harms what they get. */
export type Pool = 'inbound' | 'outbound'

/** How an address grows to its full volume at each receiver; see warm-up.ts. */
export interface WarmUpPlan {
  /** When it began, in milliseconds. */
  readonly since: number
  /** Messages that each receiver gets on the first day. */
  readonly start: number
  /** Share by which a good day raises that: 0.25 to 0.5. */
  readonly growth: number
  /** From this volume a day on the address counts as warm. */
  readonly full: number
}

/** One local address that mail leaves by. */
export interface SendingAddress {
  readonly ip: string
  /** What we call ourselves from there; its reverse name should say the same. */
  readonly helo: string
  readonly pool: Pool
  /** resting: it carries nothing until somebody sets it to work again. */
  readonly state: 'active' | 'resting'
  readonly warmUp: WarmUpPlan | null
}

/** The addresses that the settings name, by pool. */
export function sendingSettings(settings: Config): Readonly<Record<Pool, readonly SendingAddress[]>> {
  const helo = settings['site.host']
  return {
    inbound: readSources(settings['delivery.inboundSource'], 'inbound', helo),
    outbound: readSources(settings['delivery.outboundSource'], 'outbound', helo),
  }
}

/** Addresses as settings write them: `ADDRESS` or `ADDRESS NAME`. */
function readSources(texts: readonly string[], pool: Pool, helo: string): SendingAddress[] {
  return texts.map((text) => {
    const [ip = '', name = helo] = text.trim().split(/\s+/)
    return { ip, helo: name, pool, state: 'active', warmUp: null }
  })
}
