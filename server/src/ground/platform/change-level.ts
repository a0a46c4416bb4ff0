import type { SettingsLevel } from './inherit-settings.ts'

/** A level with some of its settings set otherwise; `value` null: as if it were not set there. */
export function changeLevel(
  level: SettingsLevel,
  changes: readonly { readonly name: string; readonly value: string | null }[],
): SettingsLevel {
  const settings = { ...level.settings }
  for (const { name, value } of changes) {
    if (value === null) delete settings[name]
    else settings[name] = value
  }
  return { ...level, settings }
}
