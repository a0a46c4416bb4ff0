import type { ContentText } from '#flow/inspection/message-content.ts'
import type { FileLink } from '#ground/files/file-sign.ts'
import type { FileReport } from '#ground/files/look-into.ts'
import type { HtmlView } from '#ground/mail/html-view.ts'
import { type Link, linksInText, readLink } from './link.ts'

/** Where a link stands. */
export type LinkSource = 'html' | 'text' | 'form' | 'refresh' | 'redirect' | FileLink['from']

export interface FoundLink extends Link {
  readonly source: LinkSource
  /** What people see of it; empty where they see the link itself. */
  readonly shown: string
}

/** Links of one message that are looked at. */
export const maxLinks = 10_000

/** All links of a message, each with what is shown of it once; `more` where there are more than are looked at. */
export function collectLinks(
  texts: readonly ContentText[],
  reports: readonly FileReport[],
): { links: FoundLink[]; more: boolean } {
  const collector = new Collector()
  for (const { html, text } of texts) {
    if (html) collector.addPage(html)
    for (const url of linksInText(text, maxLinks + 1)) collector.add(url, 'text')
  }
  for (const { links } of reports) for (const { url, from } of links) collector.add(url, from)
  return collector
}

class Collector {
  readonly links: FoundLink[] = []
  more = false
  readonly #seen = new Set<string>()

  addPage({ links, forms, refresh, base }: HtmlView): void {
    for (const { href, text } of links) this.add(href, 'html', text, base)
    for (const { action } of forms) this.add(action, 'form', '', base)
    if (refresh !== null) this.add(refresh, 'refresh', '', base)
  }

  add(url: string, source: LinkSource, shown = '', base: string | null = null): void {
    const key = `${url}\n${shown}`
    // What stands in the HTML and again in the text beside it is one link.
    if (this.#seen.has(key) || (source === 'text' && this.#seen.has(url))) return
    if (this.links.length >= maxLinks) {
      this.more = true
      return
    }
    this.#seen.add(key).add(url)
    const link = readLink(url, base)
    if (!link) return
    this.links.push({ ...link, source, shown })
    const inner = innerLink(link)
    if (inner !== null && source !== 'redirect') this.add(inner, 'redirect')
  }
}

/** The link that another one carries in its query, and to which it leads: redirects, wrappers of mail filters. */
function innerLink({ host, path, query }: Link): string | null {
  if (host === '') return null
  const inner =
    /[?&](?:q|url|u|a|adurl|target|to|dest|destination|redirect|redirect_uri|return|next|r|link|goto)=(https?(?::|%3a)[^&#]{4,4000})/i.exec(
      query,
    )?.[1]
  if (inner === undefined) return /^\/amp\/s?\/?[a-z0-9-]+\.[a-z]/i.test(path) ? fromAmp(host, path) : null
  try {
    return decodeURIComponent(inner)
  } catch {
    return inner
  }
}

/** google.com/amp/s/example.net/page shows example.net. */
function fromAmp(host: string, path: string): string | null {
  return /(?:^|\.)google\.[a-z.]{2,6}$/.test(host) ? `https://${path.replace(/^\/amp\/(?:s\/)?/i, '')}` : null
}
