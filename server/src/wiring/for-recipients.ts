import type { InspectedMessage } from '#flow/inspection/check.ts'

/** A message as it is for some of its recipients alone. */
export function forRecipients(message: InspectedMessage, rcptTo: readonly string[]): InspectedMessage {
  const { ours } = message.arrival
  const some = new Set(rcptTo)
  const mine = ours && { ours: ours.filter((each) => some.has(each)) }
  return { ...message, arrival: { ...message.arrival, rcptTo, ...mine } }
}
