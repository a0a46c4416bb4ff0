import { Tokenizer } from 'htmlparser2'
import { SafeWriter } from './safe-writer.ts'

/** Picture that a part of the message holds, as an address with its bytes in it; null: there is none to be shown. */
export type InlineImage = (contentId: string) => string | null

export interface Sanitized {
  /** A piece of HTML in which nothing runs, asks, leads anywhere or covers anything. */
  readonly html: string
  /** What fell, each kind once: `element script`, `attribute onclick`, `style position`, `remote image`, `comment`. */
  readonly removed: readonly string[]
}

/** Most letters that are read; what comes after them is left out, and `removed` says so. */
export const mostLetters = 2_000_000

/**
 * Makes hostile HTML harmless, the same in the server and in a browser. Nothing of the input is passed on: tags are read
 * as tokens, and the answer is written anew from lists of what may be. There is no text in it that a browser would read
 * otherwise than as it was meant: no foreign elements, no raw text, no comments, all balanced. So whatever a browser makes
 * of it, no element and no attribute comes into being that is not on the lists. Time is linear; it never throws.
 */
export function sanitizeHtml(input: string, image: InlineImage = () => null): Sanitized {
  const html = input.slice(0, mostLetters)
  const writer = new SafeWriter(image)
  if (input.length > mostLetters) writer.note('rest of a long text')
  let tag = ''
  let attributes = new Map<string, string>()
  let name = ''
  let value = ''
  const open = () => writer.open(tag, attributes)
  const tokens = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => writer.text(html.slice(start, end)),
      ontextentity: (letter) => writer.text(String.fromCodePoint(letter)),
      oncdata: (start, end) => writer.text(html.slice(start, end)),
      onopentagname: (start, end) => {
        tag = html.slice(start, end).toLowerCase()
        attributes = new Map()
      },
      onattribname: (start, end) => {
        name = html.slice(start, end).toLowerCase()
        value = ''
      },
      onattribdata: (start, end) => {
        value += html.slice(start, end)
      },
      onattribentity: (letter) => {
        value += String.fromCodePoint(letter)
      },
      onattribend: () => {
        // The first of two wins, as in browsers.
        if (attributes.size < 100 && !attributes.has(name)) attributes.set(name, value)
      },
      onopentagend: open,
      onselfclosingtag: open,
      onclosetag: (start, end) => writer.close(html.slice(start, end).toLowerCase()),
      oncomment: () => writer.note('comment'),
      ondeclaration: () => undefined,
      onprocessinginstruction: () => writer.note('comment'),
      onend: () => undefined,
    },
  )
  tokens.write(html)
  tokens.end()
  return writer.end()
}
