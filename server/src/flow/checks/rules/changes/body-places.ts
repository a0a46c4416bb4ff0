import type { MimePart } from '#ground/mail/mime.ts'

/** The texts of a message that a reader sees last, where a footer belongs; or why it takes none. */
export type BodyPlaces =
  | { readonly parts: readonly MimePart[] }
  | { readonly why: 'signed' | 'encrypted' | 'report' | 'no-text' }

const closedTypes: Readonly<Record<string, 'signed' | 'encrypted' | 'report'>> = {
  'multipart/signed': 'signed',
  'multipart/encrypted': 'encrypted',
  'multipart/report': 'report',
  'application/pkcs7-mime': 'encrypted',
  'application/x-pkcs7-mime': 'encrypted',
  'application/pgp-encrypted': 'encrypted',
}

/**
 * Finds the texts that a footer goes under: every form of an alternative, since a reader sees one of them; of parts
 * that stand one after the other the last text that is no file; of related parts the first, which refers to the rest.
 * What is signed or encrypted stays as it is.
 * @param gone parts that will not be there any more
 */
export function findBodyPlaces(root: MimePart, gone: ReadonlySet<MimePart>): BodyPlaces {
  const closed = closedTypes[root.type]
  if (closed) return { why: closed }
  const whys = new Set<'signed' | 'encrypted' | 'report'>()
  const parts = placesIn(root, gone, whys)
  if (parts.length > 0) return { parts }
  return { why: [...whys][0] ?? 'no-text' }
}

function placesIn(part: MimePart, gone: ReadonlySet<MimePart>, whys: Set<string>): MimePart[] {
  if (gone.has(part)) return []
  const closed = closedTypes[part.type]
  if (closed) {
    whys.add(closed)
    return []
  }
  if (part.children.length === 0 || part.type.startsWith('message/')) return isBodyText(part) ? [part] : []
  const within = (each: MimePart) => placesIn(each, gone, whys)
  if (part.type === 'multipart/alternative') return part.children.flatMap(within)
  const inOrder = part.type === 'multipart/related' ? part.children : part.children.toReversed()
  for (const each of inOrder) {
    const found = within(each)
    if (found.length > 0) return found
  }
  return []
}

function isBodyText({ type, disposition, fileName }: MimePart): boolean {
  return (type === 'text/plain' || type === 'text/html') && disposition !== 'attachment' && fileName === null
}
