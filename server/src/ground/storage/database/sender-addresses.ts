import type { Statements } from './statements.ts'

/** What a login sends as: its own address and its aliases, each also with `+tag`. */
export function addressesOf(statements: Statements, login: string): string[] {
  const aliases = statements.all<{ address: string }>(
    "SELECT address FROM users WHERE owner = ? AND kind = 'alias'",
    login,
  )
  return [login, ...aliases.map((each) => each.address)]
}

/** A condition on `mail_from` with its values. */
export interface SentAs {
  readonly sql: string
  readonly values: readonly string[]
}

/** Conditions that find mail of an address, and mail of it with a tag: two, so that each is one range of the index. */
export function sentAs(address: string): readonly SentAs[] {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  // "," stands behind "+": all that begins with the local part and a plus lies between them.
  const range = 'm.mail_from > ? COLLATE NOCASE AND m.mail_from < ? COLLATE NOCASE'
  const domain = address.slice(at)
  return [
    { sql: 'm.mail_from = ? COLLATE NOCASE', values: [address] },
    {
      sql: `${range} AND substr(m.mail_from, -length(?)) = ? COLLATE NOCASE`,
      values: [`${local}+`, `${local},`, domain, domain],
    },
  ]
}
