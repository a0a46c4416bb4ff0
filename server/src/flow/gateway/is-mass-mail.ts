import type { InspectionEnd } from '#flow/inspection/inspection-job.ts'
import type { Transaction } from './session-state.ts'

/** Recipients of one message from which it is mail to many. */
const manyRecipients = 25

/**
 * Whether a message that leaves goes to many: by its fields, by its recipients, or because its sender has written to
 * as many within the hour as people do not. Such mail waits behind what persons write to each other (OUT-07); it is
 * neither stopped nor judged by it.
 * @param sentBefore recipients that its sender has written to within the hour
 * @param advice recipients an hour from which a sender is told of; 0: never
 */
export function isMassMail(
  { recipients }: Pick<Transaction, 'recipients'>,
  end: InspectionEnd,
  sentBefore: number,
  advice: number,
): boolean {
  if (recipients.length >= manyRecipients) return true
  if (advice > 0 && sentBefore + recipients.length > advice) return true
  return end.kind === 'complete' && end.outcome.findings.some(({ kind }) => kind === 'bulk')
}
