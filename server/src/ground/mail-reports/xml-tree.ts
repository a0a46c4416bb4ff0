import { Parser } from 'htmlparser2'
import { ReportError } from './report-error.ts'

/** An element: its text without that of elements within, and those, in order. */
export interface XmlElement {
  /** Without a prefix, as it is written. */
  readonly name: string
  text: string
  /** By their names as they are written, with prefixes. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
}

const limits = { depth: 20, elements: 2_000_000, text: 65_536 }

/**
 * Reads XML into a tree. Entities are not expanded but for the five of XML and numbers, a document type is refused: no
 * report has one, and attacks do. Time and memory are linear in the text. @throws ReportError
 */
export function parseXml(text: string, mostElements = limits.elements): XmlElement {
  const top: XmlElement = { name: '', text: '', attributes: {}, children: [] }
  const open = [top]
  let [elements, isOver] = [0, false]
  const parser = new Parser(
    {
      onprocessinginstruction(name) {
        if (/^!doctype/i.test(name)) throw new ReportError('broken-report', 'the XML has a document type')
      },
      onopentag(name, attributes) {
        elements += 1
        if (open.length > limits.depth || elements > mostElements)
          throw new ReportError('too-large', 'the XML has too many elements, or they are nested too deep')
        const element = { name: name.slice(name.indexOf(':') + 1), text: '', attributes, children: [] }
        open.at(-1)?.children.push(element)
        open.push(element)
      },
      ontext(more) {
        const element = open.at(-1)
        if (element && element.text.length < limits.text) element.text += more
      },
      onclosetag() {
        if (isOver) throw new ReportError('broken-report', 'the XML ends early, or an element is not closed')
        open.pop()
      },
    },
    { xmlMode: true },
  )
  parser.write(text)
  isOver = true
  parser.end()
  const [root, ...others] = top.children
  if (!root || others.length > 0) throw new ReportError('broken-report', 'there is no XML in it')
  return root
}

export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((each) => each.name === name)
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((each) => each.name === name) ?? []
}

/** The text of an element within, on one line; null where there is none or it is empty. */
export function textOf(element: XmlElement | undefined, name: string): string | null {
  const text = child(element, name)?.text.replace(/\s+/g, ' ').trim().slice(0, 1000)
  return text === undefined || text === '' ? null : text
}
