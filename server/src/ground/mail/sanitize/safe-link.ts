const shown = 90
const known = /^(?:https?|mailto|tel|ftp):/i

/** Where a link leads, as people read it: its true target, on one line, never active. */
export function describeTarget(href: string): {
  readonly full: string
  readonly short: string
  readonly kind: string
} {
  // Browsers pass over blanks and control letters within an address.
  const target = [...href.slice(0, 2000)].filter((each) => each > ' ' && each !== '\x7f').join('')
  const kind = /^([a-z][a-z0-9+.-]{0,30}):/i.exec(target)?.[1]?.toLowerCase() ?? ''
  if (kind !== '' && !known.test(target)) {
    const said = `link of another kind: ${kind}`
    return { full: said, short: said, kind }
  }
  return { full: target, short: target.length > shown ? `${target.slice(0, shown)}…` : target, kind }
}

/** Whether the text of a link says where it leads, so that it need not be said again. */
export function saysTarget(text: string, target: string): boolean {
  const plain = (each: string) =>
    each
      .trim()
      .toLowerCase()
      .replace(/^(?:https?:\/\/|mailto:|tel:)/, '')
      .replace(/\/$/, '')
  return plain(text) === plain(target)
}
