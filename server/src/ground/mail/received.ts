import type { HeaderField } from './header.ts'
import { fieldValue } from './header.ts'
import { parseMailDate } from './mail-date.ts'
import { endOfComment } from './quoted-text.ts'

/** What one Received field says (RFC 5321, 4.4), as far as it can be read. Not proof of anything: anyone may write one. */
export interface Received {
  readonly from: string | null
  /** First address in brackets in the from clause or its comment. */
  readonly fromIp: string | null
  readonly by: string | null
  readonly with: string | null
  readonly id: string | null
  readonly for: string | null
  /** Milliseconds since 1970. */
  readonly time: number | null
}

const clauses = new Set(['from', 'by', 'via', 'with', 'id', 'for'])
const maxLength = 4096

/** How many hops a message has made, as its Received fields tell. */
export function countReceived(fields: readonly HeaderField[]): number {
  let count = 0
  for (const field of fields) if (field.name === 'received') count++
  return count
}

/** Reads a Received field. Every field type but the clauses of the RFC is passed over; never throws. */
export function parseReceived(field: HeaderField): Received {
  const value = fieldValue(field).slice(0, maxLength)
  const { bare, comments } = splitComments(value)
  const semicolon = bare.lastIndexOf(';')
  const found = readClauses(semicolon < 0 ? bare : bare.slice(0, semicolon))
  const addresses = /\[(?:ipv6:)?([0-9a-f.:]{3,45})\]/i.exec(`${found.get('from') ?? ''} ${comments}`)
  const recipient = found.get('for')?.replace(/^<|>$/g, '')
  return {
    from: found.get('from') ?? null,
    fromIp: addresses?.[1] ?? null,
    by: found.get('by') ?? null,
    with: found.get('with') ?? null,
    id: found.get('id') ?? null,
    for: recipient ?? null,
    time: semicolon < 0 ? null : parseMailDate(bare.slice(semicolon + 1)),
  }
}

function readClauses(text: string): Map<string, string> {
  const found = new Map<string, string>()
  const words = text.split(/[ \t\r\n]+/).filter((word) => word !== '')
  for (let i = 0; i < words.length - 1; i++) {
    const name = words[i]!.toLowerCase()
    if (!clauses.has(name) || found.has(name) || clauses.has(words[i + 1]!.toLowerCase())) continue
    found.set(name, words[++i]!)
  }
  return found
}

/** The text without comments, and the comments before the `by` clause, which are those about the client. */
function splitComments(text: string): { bare: string; comments: string } {
  let bare = ''
  let comments = ''
  let at = 0
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', at)) {
    const end = endOfComment(text, open + 1)
    if (end < 0) break
    bare += `${text.slice(at, open)} `
    if (!/\bby\s/i.test(bare)) comments += ` ${text.slice(open + 1, end)}`
    at = end + 1
  }
  return { bare: bare + text.slice(at), comments }
}
