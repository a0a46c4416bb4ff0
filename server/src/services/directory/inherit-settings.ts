/** One level's own settings, and which of them levels below may not change. */
export interface SettingsLevel {
  readonly settings: Readonly<Record<string, string>>
  readonly locked?: readonly string[]
}

/** Settings that tenants may make, with the words allowed and the default. */
export const policySettings = {
  dmarc: {
    words: ['enforce', 'observe'],
    default: 'enforce',
    help: 'Whether a DMARC policy of reject or quarantine is followed for mail to these recipients.',
  },
  recipients: {
    words: ['listed', 'any'],
    default: 'listed',
    help: 'Whether only known users get mail, or every address of the domain.',
  },
} as const

export type PolicySettingName = keyof typeof policySettings

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

/** @throws Error that says what would be right */
export function checkPolicySetting(name: string, value: string): void {
  const known = policySettings[name as PolicySettingName]
  if (!known)
    throw new Error(`there is no tenant setting ${name}; there are ${Object.keys(policySettings).join(', ')}`)
  if (!(known.words as readonly string[]).includes(value))
    throw new Error(`${name} must be one of ${known.words.join(', ')}`)
}
