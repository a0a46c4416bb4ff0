import { domainToUnicode } from 'node:url'
import type { HostLists } from '#flow/inspection/host-list.ts'
import { type Brand, brandsOfHost } from '../sender/brands.ts'
import { brandLikeness } from '../sender/look-alike-domain.ts'
import type { FoundLink } from './collect-links.ts'
import { groupOfHost, type HostGroup, signInWords, suspiciousEndings } from './known-hosts.ts'
import { type Link, shownSite, siteOf } from './link.ts'
import { type Mark, showLink } from './link-findings.ts'

/** What is known of the message around the links. */
export interface Around {
  /** Registered domain of the author; empty where there is none. */
  readonly author: string
  /** Registered domains of the recipients. */
  readonly recipients: ReadonlySet<string>
  /** Sent to many, by its own account. */
  readonly bulk: boolean
}

type Likeness = ReturnType<typeof brandLikeness>

/** What is known of a host; the same for all links to it. */
export interface Host {
  readonly group: HostGroup | null
  /** Of a list of ours, whosever mail it stands in. */
  readonly isWellKnown: boolean
  /** Of the author, well known, or of those who send and protect mail for others. */
  readonly trusted: boolean
  readonly like: Likeness
}

const likenessWeights: Readonly<Record<NonNullable<Likeness>['way'], number>> = {
  disguised: 200,
  'name-within': 180,
  'with-words': 150,
  misspelled: 80,
  'other-suffix': 60,
  near: 40,
  'with-other-words': 30,
  below: 30,
}

/** Hosts whose names are compared with well-known ones; each comparison costs some 20 microseconds. */
const maxCompared = 200
const ordinaryPorts = new Set(['80', '443', '8080', '8443', '8000', '9443'])

/** Judges the links of one message, one by one; what is known of a host is asked once. */
export class LinkJudge {
  readonly #lists: HostLists | null
  /** Names of lists that have any link of the message. */
  readonly listed = new Set<string>()
  readonly #around: Around
  readonly #shorteners: readonly string[]
  readonly #hosts = new Map<string, Host>()

  /** @param shorteners hosts that give short names to links, beside those of our list */
  constructor(around: Around, shorteners: readonly string[], lists: HostLists | null = null) {
    this.#lists = lists
    this.#around = around
    this.#shorteners = shorteners
  }

  /** What speaks against a link. */
  judge(link: FoundLink): Mark[] {
    if (link.host === '' || !/^(?:https?|ftp)$/.test(link.scheme)) return judgeScheme(link)
    const host = this.hostOf(link)
    const marks: Mark[] = []
    const mark = (code: Mark['code'], weight: number, detail?: Mark['detail']) =>
      marks.push({ code, weight, link: showLink(link), ...(detail ? { detail } : {}) })
    this.#judgeListed(link, mark)
    const mismatch = this.#judgeText(link, host, mark)
    this.#judgeHost(link, host, mark)
    this.#judgeWords(link, host, mismatch, mark)
    if (link.user !== '') mark('link-user-part', link.user.includes('.') ? 150 : 40)
    if (link.url.length > 2000 && !host.trusted) mark('link-very-long', 10)
    return marks
  }

  get isBulk(): boolean {
    return this.#around.bulk
  }

  /** What lists of hosts say. A link to a good place never takes weight from others: anybody can put one in. */
  #judgeListed(link: FoundLink, mark: Say): void {
    for (const { list, version, verdict, weight, entry, why } of this.#lists?.find(link.host, link.path) ??
      []) {
      if (verdict !== 'bad') continue
      this.listed.add(list)
      const detail = { list, version, entry, ...(why !== '' && { why }) }
      if (why === '' && weight > 0) mark('link-listed', weight, detail)
      else mark('link-list-noted', 0, detail)
    }
  }

  #isListedAsKnown({ host, path }: Link): boolean {
    return this.#lists?.find(host, path).some((each) => each.verdict === 'known' && each.why === '') ?? false
  }

  /** What is known of the host of a link. */
  hostOf(link: Link): Host {
    const known = this.#hosts.get(link.host)
    if (known) return known
    const group = this.#shorteners.includes(link.host) ? 'shorteners' : groupOfHost(link.host)
    const isOwn = siteOf(link) === this.#around.author
    const isBrand = link.registered !== null && brandsOfHost(link.host).length > 0
    const isWellKnown =
      group === 'known' ||
      group === 'trackers' ||
      group === 'wrappers' ||
      (isBrand && group === null) ||
      this.#isListedAsKnown({ ...link, path: '' })
    const trusted = isOwn || isWellKnown
    const compared = !trusted && group === null && this.#hosts.size < maxCompared
    const host = { group, isWellKnown, trusted, like: compared ? likenessOf(link) : null }
    this.#hosts.set(link.host, host)
    return host
  }

  /**
   * The text of a link is the name of another site. Newsletters do that all the time, for counting; it is grave where
   * the name is one that people trust. Returns whether it is.
   */
  #judgeText(link: FoundLink, host: Host, mark: Say): boolean {
    const shown = link.shown === '' ? null : shownSite(link.shown)
    if (shown === null || shown === siteOf(link)) return false
    const owners = brandsOfHost(shown)
    if (host.trusted) {
      if (!host.isWellKnown && !this.#around.bulk && isBorrowed(owners, link))
        mark('link-text-mismatch', 60, { shown })
      return false
    }
    if (owners.length > 0 && brandsOfHost(link.host).some((each) => owners.includes(each))) return false
    const isTrusted = owners.length > 0 || this.#around.recipients.has(shown)
    // Whoever writes in its own name may count clicks by way of others.
    const weight = !isTrusted ? (this.#around.bulk ? 0 : 20) : shown === this.#around.author ? 60 : 120
    if (weight > 0) mark('link-text-mismatch', weight, { shown })
    return isTrusted
  }

  #judgeHost(link: FoundLink, { group, trusted, like }: Host, mark: Say): void {
    const { bulk } = this.#around
    if (like) mark('link-look-alike-host', likenessWeights[like.way], { like: like.brand, way: like.way })
    if (isMixed(link.host)) mark('link-mixed-scripts', 100)
    if (link.address !== 'none') judgeAddress(link, mark)
    if (group === 'shorteners') mark('link-shortener', bulk ? 0 : 20)
    if (group === 'sites') mark('link-free-host', bulk ? 10 : 30)
    if (group === 'files') mark('link-free-host', 10)
    if (group === 'tunnels') mark('link-tunnel-host', 80)
    if (link.source === 'redirect' && !trusted && link.way !== 'service')
      mark('link-open-redirect', link.way === 'redirector' ? (bulk ? 10 : 40) : bulk ? 0 : 30)
    if (link.source === 'qr' && !trusted) mark('link-in-qr-code', 60)
    if (trusted) return
    if (link.port !== '' && !ordinaryPorts.has(link.port)) mark('link-odd-port', 20)
    if (suspiciousEndings.has(link.host.slice(link.host.lastIndexOf('.') + 1)))
      mark('link-suspicious-ending', 20)
    if (group === null && countLevels(link) > 4) mark('link-many-levels', 20)
  }

  /** Pages of the author and of large sites have such words too; there they say nothing. */
  #judgeWords(link: Link, { trusted, group }: Host, mismatch: boolean, mark: Say): void {
    if (trusted || group === 'shorteners') return
    const words = wordsIn(link)
    if (!words.some((each) => signInWords.has(each))) return
    mark('link-sign-in-words', mismatch ? 80 : this.#around.bulk ? 10 : 30)
  }
}

/** What phishing borrows, as far as honest mail seldom names it to lead somewhere else: not networks in signatures. */
const borrowed = new Set(['payment', 'banks', 'parcels', 'authorities'])
/** Names of hosts, and pieces of addresses, by which senders count clicks on their own sites. */
const counterHost =
  /^(?:click|clicks|links?|lnk|track|tracking|trk|email|e|em|go|t|url|r|news|newsletter|mail|mailing|mkt|info)\d{0,3}\./i
const counterPiece = /[A-Za-z0-9_%=+-]{24}/

/** Whether a link to the author's own site shows the name of a brand of others; counters of clicks do too. */
function isBorrowed(owners: readonly Brand[], { host, path, query }: Link): boolean {
  return (
    owners.some((each) => borrowed.has(each.group)) &&
    !counterHost.test(host) &&
    !counterPiece.test(path) &&
    !counterPiece.test(query)
  )
}

type Say = (code: Mark['code'], weight: number, detail?: Mark['detail']) => void

function likenessOf({ host, registered }: Link): Likeness {
  return brandLikeness({ name: '', address: '', local: '', host, registered, free: false })
}

/** Links that a browser does not open as a page of the web. */
function judgeScheme(link: FoundLink): Mark[] {
  const { scheme, url } = link
  const mark = (code: Mark['code'], weight: number) => [{ code, weight, link: showLink(link) }]
  if (scheme === 'javascript' || scheme === 'vbscript') return mark('link-runs-script', 150)
  if (scheme === 'data' && /^data:(?:text\/html|application|image\/svg)/i.test(url))
    return mark('link-runs-script', 150)
  if (scheme === 'file') return mark('link-opens-program', 40)
  return /^(?:ms-|search-ms$|search$|mhtml$)/.test(scheme) && scheme !== 'ms-outlook'
    ? mark(
        'link-opens-program',
        /^(?:ms-(?:msdt|officecmd|search|appinstaller)|search|mhtml)/.test(scheme) ? 150 : 20,
      )
    : []
}

const notPublic = /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.|^\[(?:::1\]|f[cd]|fe80)/

function judgeAddress({ host, address }: Link, mark: Say): void {
  if (!notPublic.test(host)) mark('link-address-host', address === 'odd' ? 150 : 80)
  else if (address === 'odd') mark('link-address-host', 100)
}

function countLevels({ host, registered }: Link): number {
  return registered ? host.slice(0, -registered.domain.length).split('.').length - 1 : 0
}

/** Letters of Latin and of a script whose letters look like it, in one label. */
function isMixed(host: string): boolean {
  if (!host.includes('xn--')) return false
  return domainToUnicode(host)
    .split('.')
    .some(
      (label) =>
        /\p{Script=Latin}/u.test(label) &&
        /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(label),
    )
}

/** Words of a host and of the beginning of its path; those joined by hyphens also as they stand. */
function wordsIn({ host, registered, path }: Link): string[] {
  const name = registered ? host.slice(0, host.length - registered.suffix.length) : host
  const joined = `${name}/${path.slice(0, 300)}`.toLowerCase().split(/[^a-z0-9-]+/)
  return joined.flatMap((each) => (each.includes('-') ? [each, ...each.split('-')] : each))
}
