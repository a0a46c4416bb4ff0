/** Fields of a message that a rule can look at. */
export type RuleField =
  | 'sender'
  | 'from'
  | 'recipient'
  | 'to'
  | 'reply-to'
  | 'subject'
  | 'header'
  | 'body'
  | 'attachment-name'
  | 'attachment-type'
  | 'size'
  | 'score'
  | 'source-ip'

/** How a field is held against a value. */
export type RuleTest =
  | 'contains'
  | 'is'
  | 'begins'
  | 'ends'
  | 'matches'
  | 'holds'
  | 'above'
  | 'below'
  | 'in'
  | 'member-of'

export interface RuleCondition {
  readonly field: RuleField
  /** Name of the header field, in small letters; for `header` only. */
  readonly header?: string
  readonly test: RuleTest
  /** One of them is enough. */
  readonly values: readonly string[]
}

/** What a rule does. Actions that decide: the first rule in order that has one wins. */
export type RuleAction =
  | { readonly do: 'never-hold' | 'quarantine' | 'reject' | 'hold' }
  | { readonly do: 'add-score'; readonly points: number }
  | { readonly do: 'subject'; readonly prefix: string }
  | { readonly do: 'header'; readonly name: string; readonly value: string }
  | { readonly do: 'remove-header'; readonly name: string }
  | { readonly do: 'footer'; readonly text: string; readonly html: string | null; readonly once: boolean }
  /** Files by what they are (`all` for every file), and by how their names end. */
  | {
      readonly do: 'strip-attachment'
      readonly types: readonly string[]
      readonly endings: readonly string[]
    }
  | { readonly do: 'copy' | 'redirect'; readonly to: string }
  | { readonly do: 'require-tls'; readonly verify: boolean }

/** A rule as whoever writes it says it. */
export interface RuleText {
  readonly name: string
  readonly direction: 'inbound' | 'outbound' | 'both'
  /** Conditions on one field: one of them is enough; all fields that have some must hold. */
  readonly conditions: readonly RuleCondition[]
  /** One that holds is enough, and the rule does nothing. */
  readonly exceptions: readonly RuleCondition[]
  readonly actions: readonly RuleAction[]
}

/** A rule in force: what a tenant wants done with mail of its own. */
export interface MessageRule extends RuleText {
  readonly id: string
  /** Level it belongs to: `tenant:ID`, `domain:NAME`, `group:ID` or `user:ADDRESS`. */
  readonly scope: string
  /** It comes before all rules of levels below, which otherwise come first. */
  readonly locked: boolean
  /** Order among the rules of its scope. */
  readonly position: number
}
