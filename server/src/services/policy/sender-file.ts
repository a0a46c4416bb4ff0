import { OrderError } from '#services/ledger/order-error.ts'
import type { KeptSender } from './policy-store.ts'

type Kind = KeptSender['kind']

/**
 * Reads a file of senders: a line an entry, `KIND,ENTRY`, or `ENTRY` where the kind is given; also one that
 * `senderFile` has written. Blank lines, those with # and the head do not count. @throws OrderError
 */
export function readSenderLines(
  csv: string,
  kind: Kind | null,
): { readonly kind: Kind; readonly text: string }[] {
  const found: { kind: Kind; text: string }[] = []
  for (const [index, line] of csv.split('\n').entries()) {
    const fields = line
      .replace(/^\uFEFF/, '')
      .split(',')
      .map(plain)
    if (fields.every((each) => each === '') || fields[0]?.startsWith('#') || isHead(fields)) continue
    const at = fields.findIndex((each) => each === 'allow' || each === 'block')
    const named = at < 0 ? null : (fields[at] as Kind)
    const mine = kind ?? named
    if (mine === null)
      throw new OrderError('wrong', `line ${index + 1} does not say allow or block: ${line.slice(0, 100)}`)
    if (named !== null && kind !== null && named !== kind) continue
    found.push({ kind: mine, text: fields[at + 1] ?? '' })
  }
  return found
}

function isHead(fields: readonly string[]): boolean {
  return fields.includes('entry') || fields[0] === 'kind'
}

/** A field without its quotes, and without the apostrophe that keeps it from being a formula. */
function plain(field: string): string {
  const bare = field.trim().replace(/^"(.*)"$/, '$1')
  return bare.replaceAll('""', '"').replace(/^'/, '').trim()
}

/** The same as a file: level, kind, entry, when and by whom. */
export function senderFile(senders: readonly KeptSender[]): string {
  const lines = senders.map(({ scope, kind, entry, addedAt, addedBy }) =>
    [scope, kind, entry, new Date(addedAt).toISOString(), addedBy].map(quoted).join(','),
  )
  return `${['level,kind,entry,added,by', ...lines].join('\n')}\n`
}

/** A spreadsheet would take some beginnings for a formula. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text
  return /[",;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
