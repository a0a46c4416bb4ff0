import type { Ended } from '#services/directory/directory-store.ts'
import { counted } from './counted.ts'

/** What has ended with people or a domain, each kind that there was in words. */
export function describeEnded({ rules, senders, passwords, keys }: Ended): string[] {
  return [
    ...(rules > 0 ? [counted(rules, 'rule')] : []),
    ...(senders > 0 ? [counted(senders, 'list entry', 'list entries')] : []),
    ...(passwords > 0 ? [counted(passwords, 'mail password')] : []),
    ...(keys > 0 ? [counted(keys, 'DKIM key')] : []),
  ]
}

/** `one`, `one and two`, `one, two and three`. */
export function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
