import { type Lives, livesOf } from '#ground/platform/config/lives-of.ts'
import type { Config } from '#ground/platform/config/settings.ts'

/** Settings that the embedded stores need; plain data, so that it can travel to their thread. */
export interface StoreSettings {
  /** Folder of all data of this node. */
  readonly folder: string
  readonly node: string
  readonly keepReturnedMs: number
  /** Lives that mail gets anew when it is let go from hold or sent again. */
  readonly lives: Lives
}

export function storeSettingsOf(config: Config, folder: string): StoreSettings {
  const keepReturnedMs = config['spool.keepReturned']
  return { folder, node: config['node.name'], keepReturnedMs, lives: livesOf(config) }
}

/** Settings of stores that keep no mail of anybody: they only read, or only a test wants them. */
export function idleSettings(folder: string, node: string): StoreSettings {
  return { folder, node, keepReturnedMs: 0, lives: { inbound: 0, outbound: 0, own: 0 } }
}
