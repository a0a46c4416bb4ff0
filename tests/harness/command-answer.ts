import type { CommandResult } from './site.ts'

/** What the process of commands says of one: its result, or what still keeps it from its end. */
export type CommandAnswer = CommandResult | { readonly holds: readonly string[] }

/** No command of a test takes so long, even on a busy machine; one that does would hold its test for ever. */
export const longestMs = 300_000
