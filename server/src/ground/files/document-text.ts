import { decodeCharset } from '../mail/charset.ts'
import { viewHtml } from '../mail/html-view.ts'
import { readCalendarText } from './calendar-text.ts'
import { sniffType } from './file-type.ts'
import { officeKind } from './ooxml.ts'
import { readPdfText } from './pdf-text.ts'
import { readZip } from './zip.ts'
import { inflateEntry } from './zip-entry.ts'

/** A file as the text of it is read. */
export interface TextSource {
  readonly name: string
  readonly bytes: Buffer
}

/** Letters of all files together, files that are opened, and bytes of each. */
const limits = { letters: 16_000, files: 6, file: 2 << 20, part: 512 << 10, entries: 2000 } as const

/**
 * What people read in attached documents, the beginning of it: PDF, Office, web pages, invitations, plain text. Kinds
 * that cannot be read give nothing; it never throws.
 */
export async function readDocumentText(files: readonly TextSource[]): Promise<string> {
  const found: string[] = []
  let room = limits.letters
  for (const { name, bytes } of files.slice(0, limits.files)) {
    if (room <= 0) break
    if (bytes.length > limits.file) continue
    try {
      const text = (await textOf(name, bytes)).slice(0, room)
      room -= text.length
      if (text.trim() !== '') found.push(text)
    } catch {
      // A document that breaks a reader is judged by the other checks.
    }
  }
  return found.join('\n')
}

async function textOf(name: string, bytes: Buffer): Promise<string> {
  const type = sniffType(bytes)
  if (type.name === 'pdf') return readPdfText(bytes, limits.letters)
  if (type.name === 'zip') return officeText(bytes)
  if (type.family === 'html') return viewHtml(decodeCharset(bytes.subarray(0, limits.part), 'utf-8')).visible
  if (type.family !== 'text') return ''
  const text = decodeCharset(bytes.subarray(0, limits.letters * 4), 'utf-8')
  if (/^\s{0,10}BEGIN:VCALENDAR/i.test(text)) return readCalendarText(text)
  return /\.(?:txt|text)$/i.test(name) ? text : ''
}

/** The text of a letter; of a sheet the words that its cells share; of slides each. */
async function officeText(bytes: Buffer): Promise<string> {
  const { entries } = readZip(bytes, limits.entries)
  if (!officeKind(entries)) return ''
  const parts = entries
    .filter(({ name }) =>
      /^(?:word\/document|xl\/sharedStrings|ppt\/slides\/slide\d{1,3}|content)\.xml$/.test(name),
    )
    .slice(0, 8)
  const texts: string[] = []
  for (const each of parts) texts.push(withoutTags((await inflateEntry(each, limits.part)).bytes.toString()))
  return texts.join('\n')
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Letters of runs belong together; paragraphs, cells and tabs part them. */
function withoutTags(xml: string): string {
  return xml
    .replace(/<(?:\/(?:w:p|a:p|si|text:p|text:h)|w:tab|w:br)\b[^<>]{0,500}>/g, '\n')
    .replace(/<[^<>]{0,4000}>/g, '')
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name]!)
}
