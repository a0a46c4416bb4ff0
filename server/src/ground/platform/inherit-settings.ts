/** One level's own settings, and which of them levels below may not change. */
export interface SettingsLevel {
  readonly settings: Readonly<Record<string, string>>
  readonly locked?: readonly string[]
}

/**
 * The settings in force at the end of a chain of levels, widest first: each level overrides what stands above it,
 * unless a level above has locked that setting.
 */
export function inheritSettings(chain: readonly SettingsLevel[]): Record<string, string> {
  const inForce: Record<string, string> = {}
  const locked = new Set<string>()
  for (const level of chain) {
    for (const [name, value] of Object.entries(level.settings)) if (!locked.has(name)) inForce[name] = value
    for (const name of level.locked ?? []) locked.add(name)
  }
  return inForce
}
