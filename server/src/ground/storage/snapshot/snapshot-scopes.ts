import type { DatabaseSync } from 'node:sqlite'
import { changeLevel } from '#ground/platform/change-level.ts'
import { inheritSettings, type SettingsLevel } from '#ground/platform/inherit-settings.ts'

/** Settings of one level as they would be otherwise. */
interface SettingsChange {
  readonly scope: string
  readonly settings: readonly { readonly name: string; readonly value: string | null }[]
}

/** Levels of people, and what is set at them, in a snapshot file. */
export interface ScopeReader {
  /** Levels that an address belongs to, widest first; empty: its domain is none of ours. */
  of(local: string, domain: string): readonly string[]
  /** Levels of a person beyond those of the domain; null: nothing there makes a difference. */
  beyondDomain(local: string, domain: string): readonly string[] | null
  /** What is set at one level; null: nothing. */
  levelOf(scope: string): SettingsLevel | null
  /** Settings in force at the end of a chain of levels; or with a change of one of them. */
  settingsOf(scopes: readonly string[], change?: SettingsChange): Record<string, string>
}

/** Prepares the questions. @throws where the file is of an older program */
export function readScopes(database: DatabaseSync): ScopeReader {
  const domainScopes = database.prepare('SELECT scopes FROM domain_scopes WHERE domain = ?')
  const personScopes = database.prepare('SELECT scopes FROM person_scopes WHERE address = ?')
  const level = database.prepare('SELECT settings, locked FROM levels WHERE scope = ?')
  const scopesIn = (row: unknown) =>
    row ? (JSON.parse((row as { scopes: string }).scopes) as string[]) : null
  const beyondDomain = (local: string, domain: string) => {
    const plus = local.indexOf('+')
    // A tagged address that is somebody's own comes before the one without its tag.
    const own = scopesIn(personScopes.get(`${local}@${domain}`))
    return own ?? (plus > 0 ? scopesIn(personScopes.get(`${local.slice(0, plus)}@${domain}`)) : null)
  }
  const levelOf = (scope: string): SettingsLevel | null => {
    const row = level.get(scope) as { settings: string; locked: string } | undefined
    return row ? { settings: JSON.parse(row.settings), locked: JSON.parse(row.locked) } : null
  }
  return {
    beyondDomain,
    levelOf,
    of(local, domain) {
      const above = scopesIn(domainScopes.get(domain))
      return above === null ? [] : [...above, ...(beyondDomain(local, domain) ?? [])]
    },
    settingsOf(scopes, change) {
      return inheritSettings(
        scopes.flatMap((scope) => {
          const level = levelOf(scope)
          return scope === change?.scope
            ? changeLevel(level ?? { settings: {} }, change.settings)
            : (level ?? [])
        }),
      )
    },
  }
}
