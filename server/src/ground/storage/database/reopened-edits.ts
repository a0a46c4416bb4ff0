import type { MessageEdit } from '#flow/spool/message.ts'

/**
 * Edits of a message that is inspected anew: what acceptance itself put on top, the last of them. The others come anew
 * with the verdict.
 */
export function reopenedEdits(edits: readonly MessageEdit[]): MessageEdit[] {
  return edits.filter((each, index) => index === edits.length - 1 && each.kind === 'prepend')
}
