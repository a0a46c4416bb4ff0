import type { MessageRule } from '#flow/inspection/message-rule.ts'
import type { ListedSender } from '#flow/inspection/tenant-book.ts'

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

/** What tenants want for their mail: the control plane's truth. The flow sees a snapshot of it. */
export interface PolicyStore {
  /** Rules of a level in order; of all levels where none is named. */
  rules(scope: string | null): Promise<KeptRule[]>
  rule(id: string): Promise<KeptRule | null>
  /** Adds or changes a rule. */
  putRule(rule: KeptRule): Promise<void>
  /** Puts the rules of a level into this order. */
  orderRules(scope: string, ids: readonly string[]): Promise<void>
  /** False: there was none. */
  deleteRule(id: string): Promise<boolean>
  /** Stops a rule that is too slow. False: it is gone or paused already. */
  pauseRule(id: string, pause: RulePause): Promise<boolean>
  /** Entries of the lists of a level; of all levels where none is named. */
  senders(scope: string | null): Promise<KeptSender[]>
  putSender(sender: KeptSender): Promise<void>
  /** False: there was none. */
  deleteSender(sender: ListedSender): Promise<boolean>
  /** Null: there is no such level. */
  settingsOf(scope: string): Promise<LevelSettings | null>
  putSettings(scope: string, level: LevelSettings): Promise<void>
  noteSkips(skips: readonly RuleSkip[]): Promise<void>
  /** The oldest messages first. */
  skips(ruleId: string, limit: number): Promise<RuleSkip[]>
  forgetSkips(ruleId: string, messageIds: readonly string[]): Promise<void>
}
