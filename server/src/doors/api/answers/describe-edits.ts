import type { VersionEdit } from '@mailkeep/contract'
import type { Principal } from '#services/access/principal.ts'
import type { PolicyEdit } from '#services/policy/policy-version.ts'
import { describeEdit } from './describe-edit.ts'

type Asking = Pick<Principal, 'rights'>

/** Whether somebody may see whose mail is let in and kept out: a key that only sets up policy may not. */
export function maySeeSenders({ rights }: Asking): boolean {
  return rights.has('mail.read') || rights.has('lists.write')
}

/** Edits as whoever asks may see them; entries of lists of senders are left out where he may not read these lists. */
export function describeEdits(edits: readonly PolicyEdit[], asking: Asking): VersionEdit[] {
  const seen = maySeeSenders(asking) ? edits : edits.filter(({ what }) => what !== 'sender')
  return seen.map(describeEdit)
}
