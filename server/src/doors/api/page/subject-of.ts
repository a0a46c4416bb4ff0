import type { MessageLine } from '@mailkeep/contract'

/** The subject as people read it; one that is missing says why. */
export function subjectOf({ subject, kind }: Pick<MessageLine, 'subject' | 'kind'>): string {
  return subject !== '' ? subject : kind === 'refusal' ? '(refused before its subject)' : '(no subject)'
}
