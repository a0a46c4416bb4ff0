import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { MessageContent } from '#flow/inspection/message-content.ts'
import { readDocumentText } from '#ground/files/document-text.ts'
import type { HeaderField } from '#ground/mail/header.ts'
import { fieldValue, findField } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import type { HtmlView } from '#ground/mail/html-view.ts'
import { matchPhrases, type PhraseHits } from './phrases/phrases.ts'
import { readLink, type ShownLink } from './text/link.ts'
import { readWords } from './text/words.ts'

/** What the parts of this check look at, read once. */
export interface Reading {
  readonly header: readonly HeaderField[]
  readonly content: MessageContent
  readonly subject: string
  /** Name and address in From, as one text. */
  readonly from: string
  readonly subjectWords: readonly string[]
  /** Words of the text that people see. */
  readonly words: readonly string[]
  /** Words of attached documents, of their beginning. */
  readonly documentWords: readonly string[]
  /** The text that people see, as it stands. */
  readonly text: string
  readonly mixedWords: number
  /** Links that people see, of HTML and of plain text; without mailto and tel. */
  readonly links: readonly ShownLink[]
  readonly html: readonly HtmlView[]
  readonly phrases: PhraseHits
}

const maxLinks = 2000
/** A demand stands at the beginning of a document; what is long is one that people work with. */
const maxDocumentWords = 300

const readings = new WeakMap<InspectedMessage, Promise<Reading>>()

/** Reads a message for all checks that ask for its words; read once. */
export function readMessage(message: InspectedMessage): Promise<Reading> {
  const known = readings.get(message) ?? read(message)
  readings.set(message, known)
  return known
}

async function read(message: InspectedMessage): Promise<Reading> {
  const content = await message.content()
  const subject = headerText(message, 'subject')
  const subjectRead = readWords(subject)
  const body = readWords(content.visible)
  const documentWords = readWords(await readDocumentText(content.files)).words.slice(0, maxDocumentWords)
  const html = content.texts.flatMap((each) => (each.html ? [each.html] : []))
  return {
    header: message.header,
    content,
    subject,
    from: headerText(message, 'from'),
    subjectWords: subjectRead.words,
    words: body.words,
    documentWords,
    text: content.visible,
    mixedWords: subjectRead.mixedWords + body.mixedWords,
    links: readLinks(html, body.links),
    html,
    phrases: matchPhrases([subjectRead.words, body.words, documentWords]),
  }
}

function headerText(message: InspectedMessage, name: string): string {
  const field = findField(message.header, name)
  return field ? decodeHeaderText(fieldValue(field).slice(0, 4000)).slice(0, 1000) : ''
}

function readLinks(html: readonly HtmlView[], bare: readonly string[]): ShownLink[] {
  const found: ShownLink[] = []
  const add = (href: string, text: string) => {
    const link = found.length < maxLinks ? readLink(href, text) : null
    if (link) found.push(link)
  }
  for (const view of html) for (const { href, text, hidden } of view.links) if (!hidden) add(href, text)
  for (const href of bare) add(href, '')
  return found
}
