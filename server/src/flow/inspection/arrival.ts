import type { Arrival } from './check.ts'

type Known = NonNullable<Arrival['sender']>
type Sender = Pick<Known, 'by' | 'name'> & { readonly addresses?: readonly string[] | null }

/**
 * What an arrival says of who of ours sends a message, and which way it goes.
 * @param ours recipients of mail to the world that are ours; null: all are, so that it comes in
 */
export function arrivalOf(
  sender: Sender | null,
  ours: readonly string[] | null,
): Pick<Arrival, 'direction' | 'ours' | 'sender'> {
  return {
    ...(ours !== null && { direction: 'outbound' as const }),
    ...(ours !== null && ours.length > 0 && { ours }),
    ...(sender !== null && {
      sender: {
        by: sender.by,
        name: sender.name,
        ...(sender.addresses && { addresses: sender.addresses }),
      },
    }),
  }
}
