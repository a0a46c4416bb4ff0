import type { Config } from './settings.ts'

/** How long mail may wait before it is returned, in milliseconds, by its direction. */
export interface Lives {
  readonly inbound: number
  readonly outbound: number
  readonly own: number
}

/** The lives that the settings give. */
export function livesOf(settings: Config): Lives {
  return {
    inbound: settings['delivery.expiryInbound'],
    outbound: settings['delivery.expiryOutbound'],
    own: settings['delivery.expiryOwn'],
  }
}
