import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { MessageRule, RuleText } from '#flow/inspection/message-rule.ts'
import type { ListedSender, TenantBook } from '#flow/inspection/tenant-book.ts'
import { normaliseAddress } from '#ground/mail/address.ts'
import type { SettingsLevel } from '#ground/platform/inherit-settings.ts'
import { tenantOfLevels } from '#ground/platform/tenant-of-levels.ts'
import { type CandidatesByScope, readCandidates } from './snapshot-candidates.ts'
import { openToRead, readPointer } from './snapshot-file.ts'
import { readScopes, type ScopeReader } from './snapshot-scopes.ts'

interface Open {
  readonly version: number
  readonly database: DatabaseSync
  readonly scopes: ScopeReader
  readonly rules: StatementSync
  readonly senders: StatementSync
  /** Null: the file is of an older program, which signed nothing. */
  readonly signers: StatementSync | null
  readonly candidates: CandidatesByScope
  readonly hasSenders: boolean
  readonly hasRules: boolean
}

interface RuleRow {
  readonly id: string
  readonly position: number
  readonly locked: number
  readonly rule: string
}

const nobody: CandidatesByScope = new Map()

/** Addresses and levels remembered at a time. */
const mostRemembered = 20_000

/**
 * What tenants want for their mail, from the last good snapshot file; an inspection thread has one of its own.
 * A rule that has not changed stays the same object when a newer snapshot comes, so that what was made of it is kept.
 */
export class SnapshotBook implements TenantBook {
  readonly #folder: string
  #open: Open | null = null
  readonly #scopes = new Map<string, readonly string[]>()
  readonly #rulesByScope = new Map<string, readonly MessageRule[]>()
  /** Rules by all that they are, and those that the snapshot before this one was asked for. */
  #ruleObjects = new Map<string, MessageRule>()
  #before = new Map<string, MessageRule>()

  constructor(folder: string) {
    this.#folder = folder
    this.refresh()
  }

  /** Looks for a newer snapshot; the one in use stays where there is none that can be read. */
  refresh(): void {
    const pointer = readPointer(this.#folder)
    if (pointer === null || pointer.version === this.#open?.version) return
    const next = openBook(join(this.#folder, pointer.file), pointer.version, this.#open?.candidates)
    if (next === null) return
    this.#open?.database.close()
    this.#open = next
    this.#scopes.clear()
    this.#rulesByScope.clear()
    // A rule that was away for a snapshot, such as one that was paused, comes back as a new one.
    this.#before = this.#ruleObjects
    this.#ruleObjects = new Map()
  }

  version(): number {
    return this.#open?.version ?? 0
  }

  scopesOf(address: string): readonly string[] {
    const open = this.#open
    // Where nobody wants anything, nobody has to be looked up.
    return open?.hasRules || open?.hasSenders ? this.levelsOf(address) : []
  }

  /** The same, also where there are no rules and no lists. */
  levelsOf(address: string): readonly string[] {
    const open = this.#open
    const known = this.#scopes.get(address)
    if (known || !open) return known ?? []
    const { lookupKey, domain } = normaliseAddress(address)
    const found = open.scopes.of(lookupKey.slice(0, lookupKey.lastIndexOf('@')), domain)
    if (this.#scopes.size >= mostRemembered) this.#scopes.clear()
    this.#scopes.set(address, found)
    return found
  }

  /** Settings in force for an address; empty: none of ours, not of that tenant where one is given, or nothing is set. */
  settingsOf(address: string, tenant?: string): Readonly<Record<string, string>> {
    const levels = this.levelsOf(address)
    if (tenant !== undefined && tenantOfLevels(levels) !== tenant) return {}
    return this.#open?.scopes.settingsOf(levels) ?? {}
  }

  /** What is set at one level; null: nothing. */
  levelOf(scope: string): SettingsLevel | null {
    return this.#open?.scopes.levelOf(scope) ?? null
  }

  /** Changes of policy on trial, by level; empty: there are none, as a rule. */
  candidates(): CandidatesByScope {
    return this.#open?.candidates ?? nobody
  }

  rulesOf(scope: string): readonly MessageRule[] {
    const open = this.#open
    if (!open?.hasRules) return []
    const known = this.#rulesByScope.get(scope)
    if (known) return known
    const rules = (open.rules.all(scope) as unknown as RuleRow[]).map((row) => this.#toRule(scope, row))
    if (this.#rulesByScope.size >= mostRemembered) this.#rulesByScope.clear()
    this.#rulesByScope.set(scope, rules)
    return rules
  }

  listed(scopes: readonly string[], entries: readonly string[]): readonly ListedSender[] {
    const open = this.#open
    if (!open?.hasSenders || scopes.length === 0 || entries.length === 0) return []
    return open.senders.all(JSON.stringify(entries), JSON.stringify(scopes)) as unknown as ListedSender[]
  }

  /** Keys in force of a domain, sealed. */
  signersOf(domain: string): readonly { readonly selector: string; readonly sealed: string }[] {
    return (this.#open?.signers?.all(domain) ?? []) as unknown as { selector: string; sealed: string }[]
  }

  close(): void {
    this.#open?.database.close()
    this.#open = null
  }

  #toRule(scope: string, { id, position, locked, rule }: RuleRow): MessageRule {
    const key = `${id} ${position} ${locked} ${rule}`
    const known = this.#ruleObjects.get(key) ?? this.#before.get(key)
    const found = known ?? { id, scope, position, locked: locked === 1, ...(JSON.parse(rule) as RuleText) }
    this.#ruleObjects.set(key, found)
    return found
  }
}

function signersIn(database: DatabaseSync): StatementSync | null {
  try {
    return database.prepare('SELECT selector, sealed FROM signers WHERE domain = ? ORDER BY selector')
  } catch {
    return null
  }
}

/** Null where the file cannot be read, or is of an older program that knew no rules. */
function openBook(path: string, version: number, before?: CandidatesByScope): Open | null {
  let database: DatabaseSync | null = null
  try {
    database = openToRead(path)
    const holds = (table: string) => database?.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined
    return {
      version,
      database,
      scopes: readScopes(database),
      rules: database.prepare(
        'SELECT id, position, locked, rule FROM rules WHERE scope = ? ORDER BY position, id',
      ),
      senders: database.prepare(
        `SELECT scope, entry, kind FROM sender_lists WHERE entry IN (SELECT value FROM json_each(?))
         AND scope IN (SELECT value FROM json_each(?))`,
      ),
      signers: signersIn(database),
      candidates: readCandidates(database, ['shadow', 'canary'], before),
      hasRules: holds('rules'),
      hasSenders: holds('sender_lists'),
    }
  } catch {
    database?.close()
    return null
  }
}
