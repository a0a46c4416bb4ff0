import { Parser } from 'htmlparser2'
import { isHidden } from './html-hidden.ts'

export interface HtmlLink {
  /** As it stands in the attribute, entities decoded, blanks around it gone. */
  readonly href: string
  /** What people see of it, on one line. */
  readonly text: string
  /** In an element that people do not see. */
  readonly hidden: boolean
}

export interface HtmlImage {
  readonly src: string
  readonly alt: string
  /** In pixels as the attributes say; null where they say nothing usable. */
  readonly width: number | null
  readonly height: number | null
  /** Href of the link around it, or null. */
  readonly href: string | null
}

/** What an HTML text shows and does, each kind of thing bounded. */
export interface HtmlView {
  /** Text that people see; blocks are parted by line ends. */
  readonly visible: string
  /** Text that is there and that nobody sees: display none, no size, no colour. */
  readonly hidden: string
  readonly title: string
  readonly links: readonly HtmlLink[]
  readonly images: readonly HtmlImage[]
  /** Action of each form, empty where it has none, and names and kinds of its fields. */
  readonly forms: readonly { readonly action: string; readonly fields: readonly string[] }[]
  /** Text within script elements. */
  readonly scripts: string
  /** Attributes that run scripts, such as onclick, and links that do. */
  readonly handlers: number
  /** Target of a refresh in a meta element, or null. */
  readonly refresh: string | null
  readonly base: string | null
  readonly elements: number
  /** Names of elements that say something by themselves: iframe, object, embed, svg, canvas, style. */
  readonly notable: ReadonlySet<string>
}

const maxText = 1 << 20
const maxItems = 10_000
const blocks = new Set(
  'address article aside blockquote br caption center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
)
const notable = new Set(['iframe', 'object', 'embed', 'svg', 'canvas', 'style', 'video', 'audio', 'math'])
const voids = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))
const silent = new Set(['script', 'style', 'title', 'head', 'template', 'noscript'])

/**
 * Reads an HTML text as a mail program shows it, without asking anybody for anything. Time is linear in its length;
 * it never throws, whatever the text. Nested beyond a thousand levels, it begins anew with the next piece of the text.
 */
export function viewHtml(html: string): HtmlView {
  const reader = new HtmlReader()
  let parser = createParser(reader)
  let at = 0
  while (at < html.length) {
    parser.write(html.slice(at, at + pieceLength))
    at += pieceLength
    if (reader.depth <= mostDepth) continue
    // A new parser begins with an element, not within one.
    const next = html.indexOf('<', at)
    parser.write(html.slice(at, next < 0 ? html.length : next))
    parser.end()
    parser = createParser(reader)
    at = next < 0 ? html.length : next
  }
  parser.end()
  return reader.view()
}

/** Opening an element costs the parser as much as there are open ones; no mail program nests deeper than this. */
const mostDepth = 1000
const pieceLength = 4096

function createParser(reader: HtmlReader): Parser {
  return new Parser(reader, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true })
}

interface OpenElement {
  readonly name: string
  readonly hides: boolean
}

class HtmlReader {
  #visible: string[] = []
  #hidden: string[] = []
  #scripts: string[] = []
  #title = ''
  #length = 0
  readonly #open: OpenElement[] = []
  #hiding = 0
  #link: { href: string; text: string[]; hidden: boolean } | null = null
  readonly #links: HtmlLink[] = []
  readonly #images: HtmlImage[] = []
  readonly #forms: { action: string; fields: string[] }[] = []
  readonly #notable = new Set<string>()
  #handlers = 0
  #refresh: string | null = null
  #base: string | null = null
  #elements = 0

  /** Elements that are open now. */
  get depth(): number {
    return this.#open.length
  }

  onopentag(name: string, attributes: Record<string, string>): void {
    this.#elements++
    if (notable.has(name)) this.#notable.add(name)
    if (blocks.has(name)) this.#say('\n')
    const hides = silent.has(name) || isHidden(name, attributes)
    if (!voids.has(name)) {
      this.#open.push({ name, hides })
      if (hides) this.#hiding++
    }
    this.#countHandlers(attributes)
    this.#read(name, attributes)
  }

  #countHandlers(attributes: Record<string, string>): void {
    for (const name in attributes) {
      if (name.startsWith('on')) this.#handlers++
      else if (
        (name === 'href' || name === 'xlink:href' || name === 'src') &&
        /^\s*(?:java|vb)script:/i.test(attributes[name]!)
      )
        this.#handlers++
    }
  }

  #read(name: string, attributes: Record<string, string>): void {
    if (name === 'a' || name === 'area') this.#openLink(name, attributes)
    else if (name === 'img') this.#addImage(attributes)
    else if (name === 'form')
      this.#forms.length < maxItems && this.#forms.push({ action: attributes.action ?? '', fields: [] })
    else if (name === 'input' || name === 'textarea' || name === 'button') this.#addField(name, attributes)
    else if (name === 'base') this.#base ??= attributes.href ?? null
    else if (name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'refresh')
      this.#refresh ??= /url\s*=\s*['"]?([^'"]*)/i.exec(attributes.content ?? '')?.[1]?.trim() ?? null
  }

  #openLink(name: string, attributes: Record<string, string>): void {
    this.#closeLink()
    // Pictures made of SVG write it with the prefix of XLink.
    const href = attributes.href ?? attributes['xlink:href']
    if (href === undefined) return
    this.#link = { href: href.trim(), text: [], hidden: this.#hiding > 0 }
    if (name === 'area') this.#closeLink()
  }

  #closeLink(): void {
    const link = this.#link
    this.#link = null
    if (!link || this.#links.length >= maxItems) return
    this.#links.push({
      href: link.href,
      text: oneLine(link.text.join('')).slice(0, 500),
      hidden: link.hidden,
    })
  }

  #addImage(attributes: Record<string, string>): void {
    if (this.#images.length >= maxItems) return
    const { src = '', alt = '' } = attributes
    const [width, height] = [readPixels(attributes.width), readPixels(attributes.height)]
    this.#images.push({
      src: src.slice(0, 4096),
      alt: alt.slice(0, 500),
      width,
      height,
      href: this.#link?.href ?? null,
    })
    if (alt !== '' && this.#link && this.#link.text.length < 50) this.#link.text.push(` ${alt} `)
  }

  #addField(name: string, attributes: Record<string, string>): void {
    const form = this.#forms.at(-1)
    const field = `${attributes.type?.toLowerCase() ?? name}:${(attributes.name ?? '').slice(0, 60)}`
    if (form && form.fields.length < 200) form.fields.push(field)
  }

  ontext(text: string): void {
    const inner = this.#open.at(-1)?.name
    if (inner === 'script') this.#scripts.push(text)
    else if (inner === 'title') this.#title = (this.#title + text).slice(0, 1000)
    else if (inner !== 'style') this.#say(text)
  }

  #say(text: string): void {
    if (this.#length >= maxText) return
    this.#length += text.length
    const silentAround = this.#hiding > 0
    if (!silentAround) this.#visible.push(text)
    else if (!this.#open.some((each) => each.name === 'head')) this.#hidden.push(text)
    if (this.#link && this.#link.text.length < 200) this.#link.text.push(text)
  }

  onclosetag(name: string): void {
    if (blocks.has(name)) this.#say('\n')
    if (name === 'a') this.#closeLink()
    if (voids.has(name)) return
    const closed = this.#open.pop()
    if (closed?.hides) this.#hiding--
  }

  view(): HtmlView {
    this.#closeLink()
    return {
      visible: tidy(this.#visible.join('')),
      hidden: tidy(this.#hidden.join('')),
      title: oneLine(this.#title),
      links: this.#links,
      images: this.#images,
      forms: this.#forms,
      scripts: this.#scripts.join('\n'),
      handlers: this.#handlers,
      refresh: this.#refresh,
      base: this.#base,
      elements: this.#elements,
      notable: this.#notable,
    }
  }
}

function readPixels(text: string | undefined): number | null {
  const found = /^\s*(\d{1,6})(?:px)?\s*$/.exec(text ?? '')
  return found ? Number(found[1]) : null
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Runs of blanks become one blank or line end. */
function tidy(text: string): string {
  return text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()
}
