import type { KnownSender } from './sender-source.ts'

/**
 * Whose volume a message is: that of a person's login, whatever address of his he sends as; behind a server that of each
 * envelope sender. A `+tag` makes nobody another one.
 */
export function senderKey({ by, name, addresses }: KnownSender, mailFrom: string): string {
  if (by === 'login' && addresses !== null) return name.toLowerCase()
  const at = mailFrom.lastIndexOf('@')
  const local = mailFrom.slice(0, at)
  const plus = local.indexOf('+')
  return `${plus > 0 ? local.slice(0, plus) : local}${mailFrom.slice(at)}`.toLowerCase()
}
