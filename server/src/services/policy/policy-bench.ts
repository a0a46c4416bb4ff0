import type { KeptRule, KeptSender } from './policy-store.ts'

/** Changes at one level that are not made yet. */
export interface PolicyProposal {
  /** Name of the level. */
  readonly scope: string
  readonly settings: readonly { readonly name: string; readonly value: string | null }[]
  /** `on` false: as if the entry were taken off. */
  readonly senders: readonly (Pick<KeptSender, 'kind' | 'entry'> & { readonly on: boolean })[]
  /** A rule as it would be; `rule` null: as if it were deleted. */
  readonly rule: { readonly id: string; readonly rule: KeptRule | null } | null
}

/** Id of a rule that is not saved yet. */
export const proposedId = 'proposed'

export interface TrialEnvelope {
  readonly ip: string
  readonly helo: string
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
}

/** One message to be judged by what is in force, and by a proposal. */
export interface BenchTrial {
  readonly proposal: PolicyProposal
  /** Levels from the widest to that of the proposal. */
  readonly chain: readonly string[]
  readonly message: { readonly id: string } | { readonly source: string; readonly envelope: TrialEnvelope }
}

/** What a rule said of a message, and on what. */
export interface AskedRule {
  readonly id: string
  readonly name: string
  readonly level: string
  readonly holds: boolean
  readonly stopped: boolean
  readonly ms: number
  readonly on: readonly {
    readonly part: 'condition' | 'exception'
    readonly field: string
    readonly test: string
    readonly value: string
  }[]
  readonly recipients: readonly string[]
}

export interface BenchResult {
  readonly outcomes: readonly {
    readonly recipient: string
    readonly verdict: string
    readonly disposition: string
    readonly score: number
    readonly tolerance: number
    readonly because: string | null
  }[]
  readonly findings: readonly {
    readonly check: string
    readonly code: string
    readonly weight: number
    readonly text: string
    readonly kind: string | null
    /** Whose rule or list says so; null: a check. */
    readonly level: string | null
  }[]
  readonly rules: readonly AskedRule[]
  readonly notAsked: readonly string[]
  readonly ms: number
}

/** Mail of late to be judged by a proposal. */
export interface DryRunOrder {
  readonly proposal: PolicyProposal
  readonly since: number
  readonly until: number
  /** Whose mail is looked at; null: all that the level reaches. */
  readonly tenant: string | null
  /** Whether content may be looked into. */
  readonly mayContent: boolean
}

/** What a dry run has found so far. */
export interface DryRunFound {
  readonly deliveries: number
  readonly holds: number
  readonly changed: number
  /** By `before after`. */
  readonly changes: Readonly<Record<string, number>>
  readonly tenants: Readonly<Record<string, { readonly deliveries: number; readonly changed: number }>>
  /** Deliveries by the reason why they could not be judged. */
  readonly unknown: Readonly<Record<string, number>>
  readonly samples: readonly DryRunSample[]
  readonly contents: number
  readonly isCut: boolean
}

export interface DryRunSample {
  readonly messageId: string
  readonly at: number
  readonly tenant: string
  readonly mailFrom: string
  readonly recipient: string
  readonly subject: string
  readonly before: string
  readonly after: string
  readonly scoreBefore: number
  readonly scoreAfter: number
  readonly now: string
}

/** Judges mail by changes that are not made, apart from the mail flow. */
export interface PolicyBench {
  /** Null: the message is not there, or its content is gone. @throws BenchBusyError, or an error in words */
  tryMessage(trial: BenchTrial): Promise<BenchResult | null>
  /** One step of a dry run; `next` null: it is done. */
  dryRun(
    order: DryRunOrder,
    after: string,
    found: DryRunFound,
  ): Promise<{ readonly found: DryRunFound; readonly next: string | null; readonly looked: number }>
}

/** Too many ask at a time; again later. */
export class BenchBusyError extends Error {
  readonly code = 'bench-busy'
  constructor() {
    super('others are trying rules at the moment; ask again in a few seconds')
    this.name = 'BenchBusyError'
  }
}

export const nothingFound: DryRunFound = {
  deliveries: 0,
  holds: 0,
  changed: 0,
  changes: {},
  tenants: {},
  unknown: {},
  samples: [],
  contents: 0,
  isCut: false,
}
