import { policySettings } from '#services/directory/policy-settings.ts'

/** Who lets held mail of somebody go: he, he with a code that comes by mail, managers when he asks, or managers alone. */
export type HeldWay = 'self' | 'code' | 'request' | 'manager'

/**
 * Who may release a held message. A virus is a manager's, whatever the setting says.
 * @param inForce settings in force for its sender
 */
export function heldWayOf(
  inForce: Readonly<Record<string, string>>,
  { verdict, reason }: { readonly verdict: string; readonly reason: string },
): HeldWay {
  if (verdict === 'virus' || reason === 'virus') return 'manager'
  return (inForce['outbound.release'] ?? policySettings['outbound.release']?.default ?? 'manager') as HeldWay
}
