import type { MessageContent } from '#flow/inspection/message-content.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { type Brand, brandAt, brandsOfHost, mentionsIn } from './brands.ts'
import { wordsOf } from './phrases.ts'
import type { Party } from './sender-view.ts'
import { accountPhrases, callPhrases, possessives, teamPhrases } from './vocabulary.ts'

/** What a content says in the name of a brand. */
export interface ContentClaims {
  /** "Your PayPal account", "the PayPal team". */
  readonly spoken: ReadonlySet<Brand>
  /** Images that carry the name and do not lead to it, such as a logo. */
  readonly pictured: ReadonlySet<Brand>
  /** Hosts that buttons and other wishes lead to. */
  readonly calls: readonly string[]
}

const firstChars = 5000
const lastChars = 1500
const mostLinks = 200
const mostImages = 50

/** Reads what a message says of itself, from the beginning and the end of its text, its links and its images. */
export function readClaims(content: MessageContent): ContentClaims {
  const { visible } = content
  const text =
    visible.length <= firstChars + lastChars
      ? visible
      : `${visible.slice(0, firstChars)} ${visible.slice(-lastChars)}`
  return {
    spoken: spokenBrands(wordsOf(text)),
    pictured: picturedBrands(content),
    calls: callHosts(content, text),
  }
}

function spokenBrands(words: readonly string[]): Set<Brand> {
  const found = new Set<Brand>()
  for (let at = 0; at < words.length; at++) {
    const mention = brandAt(words, at)
    if (!mention) continue
    const next = at + mention.length
    const before = words[at - 1] ?? ''
    const isOwned = possessives.has(before) || possessives.has(words[at - 2] ?? '')
    const isAccount = accountPhrases.at(words, next) !== null || accountPhrases.at(words, next + 1) !== null
    const isSigned = teamPhrases.at(words, next) !== null || before === '©' || words[at - 2] === '©'
    if ((isOwned && isAccount) || (isSigned && !mention.value.common)) found.add(mention.value)
  }
  return found
}

function picturedBrands({ texts }: MessageContent): Set<Brand> {
  const found = new Set<Brand>()
  let looked = 0
  for (const { html } of texts) {
    for (const { alt, href, width } of html?.images ?? []) {
      if (alt === '' || alt.length > 40 || looked++ >= mostImages) continue
      // Icons of networks in a signature lead there, or are small.
      if (width !== null && width < 48) continue
      const host = href === null ? null : hostOf(href)
      for (const { value, length } of mentionsIn(alt)) {
        const isLogo = wordsOf(alt).length - length <= 1
        if (isLogo && !value.common && (host === null || !brandsOfHost(host).includes(value)))
          found.add(value)
      }
    }
  }
  return found
}

function callHosts({ texts }: MessageContent, text: string): string[] {
  const hosts = new Set<string>()
  for (const { html } of texts) {
    for (const { href, text: shown } of html?.links.slice(0, mostLinks) ?? []) {
      const host = hostOf(href)
      if (host !== null && callPhrases.isIn(wordsOf(shown.slice(0, 200)))) hosts.add(host)
    }
  }
  // Addresses written out, where the text asks for something.
  const written = [...text.matchAll(/https?:\/\/([^\s/?#<>"'()]{3,253})/gi)].slice(0, mostLinks)
  if (written.length > 0 && written.length <= 5 && callPhrases.isIn(wordsOf(text)))
    for (const [, host = ''] of written) hosts.add(host.toLowerCase().replace(/^[^@]*@|:\d{1,5}$/g, ''))
  return [...hosts]
}

/** The host of a web link, or null. */
function hostOf(href: string): string | null {
  if (!/^(?:https?:)?\/\//i.test(href)) return null
  try {
    return new URL(href.startsWith('//') ? `https:${href}` : href).hostname
  } catch {
    return null
  }
}

/** Hosts that belong neither to the brand nor to the author. */
export function callsElsewhere({ calls }: ContentClaims, brand: Brand, author: Party): string[] {
  return calls.filter((host) => {
    const isAuthors = (registrableDomain(host)?.domain ?? host) === (author.registered?.domain ?? author.host)
    return !isAuthors && !brandsOfHost(host).includes(brand)
  })
}

/** Whether everything that it wants done leads to the brand itself. */
export function callsHome({ calls }: ContentClaims, brand: Brand): boolean {
  return calls.length > 0 && calls.every((host) => brandsOfHost(host).includes(brand))
}
