/** A path of ours to go on to; anything else, such as the address of another site, becomes the first page. */
export function pathWithin(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 1000 || !wanted.startsWith('/')) return '/'
  const base = 'http://here.invalid'
  try {
    const { origin, pathname, search } = new URL(wanted, base)
    return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
  } catch {
    return '/'
  }
}
