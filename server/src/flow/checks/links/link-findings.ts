import type { Finding, FindingKind } from '#flow/inspection/check.ts'
import type { FoundLink } from './collect-links.ts'

/** Every code that the check `links` can give; docs/reference/findings.md says what each means. */
export const linkCodes = [
  'link-text-mismatch',
  'link-sign-in-words',
  'link-look-alike-host',
  'link-mixed-scripts',
  'link-user-part',
  'link-address-host',
  'link-odd-port',
  'link-shortener',
  'link-host-new',
  'link-listed',
  'link-list-noted',
  'link-free-host',
  'link-tunnel-host',
  'link-open-redirect',
  'link-suspicious-ending',
  'link-many-levels',
  'link-very-long',
  'link-runs-script',
  'link-opens-program',
  'link-in-qr-code',
  'form-in-message',
  'form-asks-for-password',
  'refresh-in-message',
  'too-many-links',
  'links-unavailable',
] as const

type LinkCode = Exclude<(typeof linkCodes)[number], 'links-unavailable'>

const texts: Readonly<Record<LinkCode, string>> = {
  'link-text-mismatch': 'A link shows the name of one site and leads to another one.',
  'link-sign-in-words': 'A link to a site that is not known speaks of signing in or confirming.',
  'link-look-alike-host': 'A link leads to a host whose name imitates a well-known one.',
  'link-mixed-scripts': 'A link leads to a name that mixes letters of several scripts.',
  'link-user-part': 'A link shows a name before an @, and leads to what stands behind it.',
  'link-address-host': 'A link leads to an address instead of a name.',
  'link-odd-port': 'A link leads to an unusual port.',
  'link-shortener': 'A link is shortened: where it leads is not to be seen.',
  'link-listed': 'A link leads to a place that a list of bad hosts has.',
  'link-list-noted': 'A list of hosts has a place that a link leads to, and does not count for it.',
  'link-host-new': 'A link leads to a site that no mail here has led to before.',
  'link-free-host': 'A link leads to a page or a file that anybody could have put up.',
  'link-tunnel-host': 'A link leads into a machine without a name of its own.',
  'link-open-redirect': 'A link leads by way of a well-known site to another one.',
  'link-suspicious-ending': 'A link leads to a name with an ending that is seldom honest.',
  'link-many-levels': 'A link leads to a name of very many parts.',
  'link-very-long': 'A link is very long.',
  'link-runs-script': 'A link runs a script or carries its page with it.',
  'link-opens-program': 'A link opens a program or a share on the network.',
  'link-in-qr-code': 'A picture or a document carries a QR code with a link to a site that is not known.',
  'form-in-message': 'The message has a form that sends what is typed to another site.',
  'form-asks-for-password': 'The message has a form that asks for a password.',
  'refresh-in-message': 'The message leads to another page by itself.',
  'too-many-links': 'The message has too many links to look at all of them.',
}

const spam: ReadonlySet<LinkCode> = new Set([
  'link-shortener',
  'link-host-new',
  'link-suspicious-ending',
  'too-many-links',
])

/** A sign against one link, or against a form. */
export interface Mark {
  readonly code: LinkCode
  readonly weight: number
  readonly link: string
  readonly detail?: Readonly<Record<string, string>>
}

const shownLinks = 5

/** One finding for each code, with its gravest mark; a hundred links are no worse than one. */
export function toFindings(marks: readonly Mark[]): Finding[] {
  const byCode = new Map<LinkCode, { gravest: Mark; links: Set<string>; count: number }>()
  for (const mark of marks) {
    const known = byCode.get(mark.code) ?? { gravest: mark, links: new Set<string>(), count: 0 }
    if (mark.weight > known.gravest.weight) known.gravest = mark
    if (known.links.size < shownLinks) known.links.add(mark.link.slice(0, 300))
    known.count++
    byCode.set(mark.code, known)
  }
  return [...byCode].map(([code, { gravest, links, count }]) => ({
    check: 'links',
    code,
    weight: gravest.weight,
    text: texts[code],
    kind: (spam.has(code) ? 'spam' : 'phishing') satisfies FindingKind,
    evidence: { links: [...links], count, ...gravest.detail },
  }))
}

/** What a mark shows of a link. */
export function showLink({ url, source, via }: FoundLink): string {
  if (source === 'followed' && via !== undefined) return `${url} (by way of ${via})`
  return source === 'html' || source === 'text' ? url : `${url} (${source})`
}
