import type { ContentText } from '#flow/inspection/message-content.ts'
import type { FileReport } from '#ground/files/file-report.ts'
import type { FileLink } from '#ground/files/file-sign.ts'
import type { HtmlView } from '#ground/mail/html-view.ts'
import { linksInText } from '#ground/mail/links-in-text.ts'
import { innerLink, type Way } from './inner-link.ts'
import { type Link, readLink } from './link.ts'

/** Where a link stands. */
export type LinkSource = 'html' | 'text' | 'form' | 'refresh' | 'redirect' | 'followed' | FileLink['from']

export interface FoundLink extends Link {
  readonly source: LinkSource
  /** What people see of it; empty where they see the link itself. */
  readonly shown: string
  /** The link that leads to it; empty where it stands in the message itself. */
  readonly via?: string
  /** How that one leads to it. */
  readonly way?: Way
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

type Outer = Required<Pick<FoundLink, 'via' | 'way'>>

class Collector {
  readonly links: FoundLink[] = []
  more = false
  readonly #seen = new Set<string>()

  addPage({ links, forms, refresh, base }: HtmlView): void {
    for (const { href, text } of links) this.add(href, 'html', text, base)
    for (const { action } of forms) this.add(action, 'form', '', base)
    if (refresh !== null) this.add(refresh, 'refresh', '', base)
  }

  /** @param outer the link that carries it */
  add(url: string, source: LinkSource, shown = '', base: string | null = null, outer?: Outer): void {
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
    this.links.push({ ...link, source, shown, ...outer })
    const inner = source === 'redirect' ? null : innerLink(link)
    if (inner) this.add(inner.url, 'redirect', '', null, { via: link.url, way: inner.way })
  }
}
