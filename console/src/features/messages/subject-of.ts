import type { MessageLine, Trace } from '@mailkeep/contract'

/** What stands for a message: its subject, or why there is none. */
export function subjectOf({ kind, subject }: Pick<MessageLine | Trace, 'kind' | 'subject'>): string {
  if (subject !== '') return subject
  return kind === 'refusal' ? 'refused before its subject was seen' : '(no subject)'
}
