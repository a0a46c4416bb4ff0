/** An incident that no drill covers yet. */
export interface NotCovered {
  readonly incident: string
  /** The drill that it belongs to, also where that does not exist yet. */
  readonly drill: string
  readonly because: string
}

const noPortal = 'there is no portal for encrypted mail, which this is about'
const noMailboxes = 'the platform hosts no mailboxes: no mailbox store, IMAP or webmail'

/** Every known incident that stands in no drill, with the reason; `--list` shows them. */
export const notCovered: readonly NotCovered[] = [
  { incident: 'pre-2022-08-bracket-portal-invalid-certificate', drill: 'D02', because: noPortal },
  {
    incident: '2026-04-google-workspace-routing-failures',
    drill: 'D19',
    because: 'in D19 the provider only receives: no submissions that break, and no bypass of our route',
  },
  {
    incident: '2025-12-graph-notifications-interrupted',
    drill: 'D23',
    because: 'D23 does not exist: nothing is moved in mailboxes by notices of changes there',
  },
  { incident: 'pre-2022-08-cloudmail-storage-alerts-silent', drill: 'D25', because: noMailboxes },
  { incident: '2025-10-cloudmail-webmail-imap-unstable', drill: 'D25', because: noMailboxes },
  { incident: '2025-10-cloudmail-connections-time-out', drill: 'D25', because: noMailboxes },
  { incident: '2025-05-bracket-database-maintenance', drill: 'D26', because: noPortal },
  { incident: '2023-05-cloudmail-webmail-false-send-error', drill: 'D27', because: noMailboxes },
  {
    incident: '2022-q4-bracket-client-mail-conversion-backlog',
    drill: 'D32',
    because: 'there is no conversion of mail into encrypted threads',
  },
]
