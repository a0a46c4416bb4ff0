import { escapeHtml, writeAttributes } from './safe-attributes.ts'
import {
  allowedElements,
  cells,
  droppedWithText,
  endedBy,
  endsParagraph,
  listItems,
  lists,
  tableInsides,
  tableParts,
  voidElements,
} from './safe-elements.ts'
import { safeDataUrl } from './safe-image.ts'
import { describeTarget, saysTarget } from './safe-link.ts'
import type { InlineImage, Sanitized } from './sanitize-html.ts'

interface OpenElement {
  readonly name: string
  readonly link: { readonly full: string; readonly short: string } | null
  /** Text of a link so far, for saying its target once only. */
  linkText: string
}

/** Deeper elements lose their tags: browsers become slow with depth, and mail has no need of it. */
const mostDepth = 100
const mostElements = 50_000
const mostNotes = 100
/** Pictures all together, in letters of their addresses. */
const mostImageLetters = 8_000_000

/** Writes harmless HTML from tokens of another one; see sanitizeHtml. */
export class SafeWriter {
  readonly #image: InlineImage
  readonly #open: OpenElement[] = []
  readonly #links: OpenElement[] = []
  readonly #removed = new Set<string>()
  readonly #pieces: string[] = []
  #dropped = ''
  #elements = 0
  #imageLetters = 0

  constructor(image: InlineImage) {
    this.#image = image
  }

  /** Notes that something of a kind fell. */
  note(what: string): void {
    if (this.#removed.size < mostNotes) this.#removed.add(what.slice(0, 80))
  }

  text(text: string): void {
    if (this.#dropped !== '') return
    this.#pieces.push(escapeHtml(text))
    const link = this.#links.at(-1)
    if (link && link.linkText.length < 300) link.linkText += text.slice(0, 300)
  }

  open(tag: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#dropped !== '') return
    if (droppedWithText.has(tag)) {
      this.#dropped = tag
      if (tag !== 'title') this.note(`element ${tag}`)
      return
    }
    const noteAttribute = (name: string) =>
      this.note(name.startsWith('style ') ? name : `attribute ${plainName(name)}`)
    if (!allowedElements.has(tag)) {
      if (tag !== 'html' && tag !== 'head') this.note(`element ${plainName(tag)}`)
      for (const name of attributes.keys()) if (name.startsWith('on')) noteAttribute(name)
      return
    }
    if (tag === 'img') {
      this.#writeImage(attributes, noteAttribute)
      return
    }
    if (!this.#makeRoom(tag)) return
    this.#write(tag, attributes, writeAttributes(attributes, noteAttribute))
  }

  close(tag: string): void {
    if (this.#dropped !== '') {
      if (tag === this.#dropped) this.#dropped = ''
      return
    }
    const name = tag === 'a' ? 'u' : tag === 'body' ? 'div' : tag
    if (voidElements.has(name)) return
    const wall = tableParts.has(name) ? 'table' : name === 'table' ? '' : 'cell'
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const open = this.#open[at] as OpenElement
      if (open.name === name && (open.link !== null) === (tag === 'a')) {
        this.#closeTo(at)
        return
      }
      if (wall === 'table' && open.name === 'table') return
      if (wall === 'cell' && (open.name === 'table' || cells.has(open.name))) return
    }
  }

  end(): Sanitized {
    this.#closeTo(0)
    return { html: this.#pieces.join(''), removed: [...this.#removed] }
  }

  /** Ends what a browser would end here. False: the element cannot stand here. */
  #makeRoom(tag: string): boolean {
    const ended = endedBy[tag]
    if (ended) this.#endUpTo(ended, 'table')
    const top = () => this.#open.at(-1)?.name ?? ''
    if (tableParts.has(tag)) return tableInsides.has(top())
    if (tableInsides.has(top())) return false
    const items = listItems[tag]
    if (items) this.#endUpTo(items, 'list')
    if (endsParagraph.has(tag)) this.#endUpTo(new Set(['p']), 'cell')
    return true
  }

  /** Ends the outermost open element of these names that stands within the wall. */
  #endUpTo(names: ReadonlySet<string>, wall: 'table' | 'list' | 'cell'): void {
    let found = -1
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const { name } = this.#open[at] as OpenElement
      if (names.has(name)) found = at
      else if (
        name === 'table' ||
        (wall === 'list' && lists.has(name)) ||
        (wall === 'cell' && cells.has(name))
      )
        break
    }
    if (found >= 0) this.#closeTo(found)
  }

  #write(tag: string, attributes: ReadonlyMap<string, string>, written: string): void {
    if (this.#open.length >= mostDepth || ++this.#elements > mostElements) {
      this.note('elements beyond measure')
      return
    }
    if (voidElements.has(tag)) {
      this.#pieces.push(`<${tag}${written}>`)
      return
    }
    const href = tag === 'a' ? (attributes.get('href') ?? null) : null
    const link = href === null || href.trim() === '' ? null : describeTarget(href)
    if (link?.full.startsWith('link of another')) this.note(`link ${link.kind}`)
    if (tag === 'a') {
      // A name without a target is a place to jump to, and nothing is shown of it.
      const shown = link ?? { full: '', short: '' }
      const title = link ? ` title="${escapeHtml(link.full)}"` : ''
      this.#pieces.push(`<u${title}${written.replace(/ title="[^"]*"/, '')}>`)
      const opened = { name: 'u', link: shown, linkText: '' }
      this.#open.push(opened)
      this.#links.push(opened)
      return
    }
    const name = tag === 'body' ? 'div' : tag
    this.#pieces.push(`<${name}${written}>`)
    this.#open.push({ name, link: null, linkText: '' })
  }

  /** A picture of the message itself; of others the place and the words for it. */
  #writeImage(attributes: ReadonlyMap<string, string>, noteAttribute: (name: string) => void): void {
    if (tableInsides.has(this.#open.at(-1)?.name ?? '')) return
    const src = (attributes.get('src') ?? '').trim()
    const alt = (attributes.get('alt') ?? '').slice(0, 300)
    const url = this.#urlOf(src)
    const written = writeAttributes(attributes, noteAttribute)
    if (++this.#elements > mostElements) return
    if (url !== null && this.#imageLetters + url.length <= mostImageLetters) {
      this.#imageLetters += url.length
      this.#pieces.push(`<img src="${url}" alt="${escapeHtml(alt)}"${written}>`)
      return
    }
    if (src !== '') this.note(/^(?:https?:)?\/\//i.test(src) ? 'remote image' : 'image')
    const isDot = ['width', 'height'].some((each) => /^[0-3]$/.test(attributes.get(each) ?? ''))
    if (!isDot) this.text(alt.trim() === '' ? '[image]' : `[image: ${alt.trim()}]`)
  }

  #urlOf(src: string): string | null {
    const contentId = /^cid:(.{1,500})$/i.exec(src)?.[1]
    if (contentId !== undefined) return this.#image(contentId)
    return /^data:/i.test(src) ? safeDataUrl(src) : null
  }

  #closeTo(depth: number): void {
    while (this.#open.length > depth) {
      const { name, link, linkText } = this.#open.pop() as OpenElement
      this.#pieces.push(`</${name}>`)
      if (link) this.#links.pop()
      if (!link || link.full === '' || saysTarget(linkText, link.full)) continue
      if (tableInsides.has(this.#open.at(-1)?.name ?? '')) continue
      this.#pieces.push(`<small> [${escapeHtml(link.short)}]</small>`)
    }
  }
}

/** Names are the sender's: only plain ones are told. */
function plainName(name: string): string {
  return /^[a-z][a-z0-9:-]{0,40}$/.test(name) ? name : 'of no plain name'
}
