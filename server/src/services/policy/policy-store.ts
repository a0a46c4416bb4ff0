import type { MessageRule } from '#flow/inspection/message-rule.ts'
import type { ListedSender } from '#flow/inspection/tenant-book.ts'
import type { PolicyStep, PolicyVersion, PolicyVersionLine } from './policy-version.ts'

/** Why a rule does not run though it is switched on, and for which messages it was too slow. */
export interface RulePause {
  readonly at: number
  readonly why: string
  readonly samples: readonly string[]
}

/** A rule as it is kept. */
export interface KeptRule extends MessageRule {
  readonly enabled: boolean
  /** Who hears when it is paused; empty: nobody but those who look. */
  readonly owner: string
  readonly changedAt: number
  readonly changedBy: string
  readonly paused: RulePause | null
}

export interface KeptSender extends ListedSender {
  readonly addedAt: number
  readonly addedBy: string
}

/** Settings made at one level. */
export interface LevelSettings {
  readonly settings: Readonly<Record<string, string>>
  readonly locked: readonly string[]
}

/** A message that a rule was not asked about. */
export interface RuleSkip {
  readonly ruleId: string
  readonly messageId: string
  readonly at: number
}

/** Levels that a question is about. */
export interface LevelSelection {
  /** These levels by name; null: all there are. */
  readonly scopes: readonly string[] | null
  /** Groups and people of these domains as well, and people of these groups (`group:DOMAIN/NAME`). */
  readonly domains?: readonly string[]
}

export interface SenderQuery extends LevelSelection {
  readonly kind?: KeptSender['kind']
  /** Part of the entry, in small letters. */
  readonly find?: string
  /** Key of the last entry of the page before; empty: the first page. */
  readonly after: string
  readonly limit: number
}

export interface VersionQuery extends LevelSelection {
  /** Only what was changed for these; null: for anybody. */
  readonly tenants: readonly string[] | null
  /** Only older ones. */
  readonly before: number | null
  readonly limit: number
}

/** A step was not made, since what it would change is no more as it says. */
export interface PolicyClash {
  readonly version: null
  /** Number of the edit, from 0; -1: the level is not as seen. */
  readonly edit: number
}

/** What tenants want for their mail: the control plane's truth. The flow sees a snapshot of it. */
export interface PolicyStore {
  /**
   * Makes all edits of a step, notes it as a version and in the audit log, in one transaction; or none of it where one
   * of them finds something else than its `before`.
   */
  change(step: PolicyStep): Promise<{ readonly version: number } | PolicyClash>
  /** Versions of levels, the newest first. */
  versions(query: VersionQuery): Promise<PolicyVersionLine[]>
  version(version: number): Promise<PolicyVersion | null>
  /** Rules of a level in order; of all levels where none is named. */
  rules(scope: string | null): Promise<KeptRule[]>
  rule(id: string): Promise<KeptRule | null>
  /** Stops a rule that is too slow. False: it is gone or paused already. */
  pauseRule(id: string, pause: RulePause): Promise<boolean>
  /** Entries of the lists of a level; of all levels where none is named. */
  senders(scope: string | null): Promise<KeptSender[]>
  /** A page of entries in order of `scope`, entry and kind. */
  findSenders(query: SenderQuery): Promise<KeptSender[]>
  countSenders(query: Omit<SenderQuery, 'after' | 'limit'>): Promise<number>
  /** Those of these entries that are on a list of these levels. */
  listed(scopes: readonly string[], entries: readonly string[]): Promise<KeptSender[]>
  /** Null: there is no such level. */
  settingsOf(scope: string): Promise<LevelSettings | null>
  /** Levels of a person below his domain, his groups first, also where nothing is set at them; empty: nobody we know. */
  personLevels(address: string): Promise<string[]>
  /** Every value that a setting has at any level of the site, each once. */
  valuesOf(name: string): Promise<string[]>
  noteSkips(skips: readonly RuleSkip[]): Promise<void>
  /** The oldest messages first. */
  skips(ruleId: string, limit: number): Promise<RuleSkip[]>
  forgetSkips(ruleId: string, messageIds: readonly string[]): Promise<void>
}
