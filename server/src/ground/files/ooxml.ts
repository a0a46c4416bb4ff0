import { type FileLink, type FileSign, linkLimits } from './file-sign.ts'
import type { ZipEntry } from './zip.ts'
import { inflateEntry } from './zip-entry.ts'

/** Bounds of one Office file: parts that are read, and bytes of all of them. */
const limits = { parts: 400, part: 2 << 20 } as const

/** What may be unpacked of parts, in bytes, in all Office files of one message. */
export const officeRoom = 24 << 20

export interface OfficeInsight {
  readonly signs: readonly FileSign[]
  readonly links: readonly FileLink[]
  /** Parts that are files of their own: macros, embedded objects, pictures. */
  readonly inner: readonly ZipEntry[]
}

/** Whether the entries of a zip archive are those of an Office file (ECMA-376) or of an OpenDocument. */
export function officeKind(entries: readonly ZipEntry[]): 'ooxml' | 'odf' | null {
  const names = entries.slice(0, 500).map((each) => each.name)
  if (names.some((name) => name === '[Content_Types].xml')) return 'ooxml'
  return names.some((name) => name === 'META-INF/manifest.xml') && names.includes('content.xml')
    ? 'odf'
    : null
}

/** What kind of Office file it is, by the folders of its parts. */
export function officeName(entries: readonly ZipEntry[]): string {
  for (const { name } of entries) {
    if (name.startsWith('word/')) return 'docx'
    if (name.startsWith('xl/')) return 'xlsx'
    if (name.startsWith('ppt/')) return 'pptx'
    if (name === 'content.xml') return 'odf'
  }
  return 'ooxml'
}

/** Relations, texts and sheets of an Office file; the rest is left alone. */
export async function lookIntoOffice(
  entries: readonly ZipEntry[],
  room: { office: number },
): Promise<OfficeInsight> {
  const signs = new Set<FileSign>()
  const links = new Set<string>()
  let parts = 0
  for (const entry of entries) {
    if (/macrosheets\//i.test(entry.name)) signs.add('sheet-macros')
    if (
      /^(?:Basic|Scripts)\/.*\.(?:xml|py|js|bsh)$/i.test(entry.name) &&
      !entry.name.endsWith('script-lc.xml')
    )
      signs.add('macros')
    const isRelations = entry.name.endsWith('.rels')
    const isText = /^(?:word\/(?:document|footnotes|header\d*)|content)\.xml$/.test(entry.name)
    const isOutside = /externalLinks\/[^/]+\.xml$/.test(entry.name)
    if ((!isRelations && !isText && !isOutside) || parts++ >= limits.parts || room.office <= 0) continue
    const { bytes } = await inflateEntry(entry, Math.min(limits.part, room.office))
    // Each part costs something, however short it is.
    room.office -= bytes.length + 1000
    const xml = decodeXml(bytes)
    if (isRelations) readRelations(xml, signs, links)
    else if (isText) readText(xml, signs, links)
    else if (/<ddeLink\b/.test(xml)) signs.add('dde')
  }
  const inner = entries.filter(isInner)
  if (inner.some((each) => /embeddings?\//i.test(each.name))) signs.add('embedded-file')
  return {
    signs: [...signs],
    links: [...links].map((url) => ({ url: url.slice(0, linkLimits.length), from: 'office' })),
    inner,
  }
}

/** Macros, objects and pictures; pictures may hold QR codes. */
function isInner({ name }: ZipEntry): boolean {
  return (
    /vbaProject\.bin$|embeddings?\/[^/]+$|activeX\/[^/]+\.bin$|media\/[^/]+\.(?:png|jpe?g|gif|bmp)$/i.test(
      name,
    ) || /^(?:ObjectReplacements\/|Object |Pictures\/)/.test(name)
  )
}

function decodeXml(bytes: Buffer): string {
  return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString()
}

/** Relations with targets outside: links that people click, and templates and frames that load by themselves. */
function readRelations(xml: string, signs: Set<FileSign>, links: Set<string>): void {
  for (const [tag] of xml.matchAll(/<Relationship\b[^>]{1,8000}/g)) {
    if (!/\bTargetMode\s?=\s?["']External/.test(tag)) continue
    const target = readEntities(/\bTarget\s?=\s?["']([^"']{1,4096})/.exec(tag)?.[1] ?? '')
    const type = /\bType\s?=\s?["'][^"']{0,300}\/(\w{1,60})["']/.exec(tag)?.[1] ?? ''
    // Templates and linked tables on a share are ordinary in companies; those from the web are not.
    const isFar = /^\s{0,20}(?:https?:|ftp:|mhtml:|ms-[a-z]{1,20}:|javascript:)/i.test(target)
    if (isFar && type === 'attachedTemplate') signs.add('external-template')
    else if (isFar && /^(?:oleObject|frame|subDocument|afChunk)$/.test(type)) signs.add('external-object')
    if (/^\s*[a-z][a-z0-9+.-]{1,12}:/i.test(target) && links.size < linkLimits.links) links.add(target)
  }
}

/** Fields of a text, which may be split into runs: their instructions are put together first. */
function readText(xml: string, signs: Set<FileSign>, links: Set<string>): void {
  const fields: string[] = []
  for (const [, text = ''] of xml.matchAll(/<w:instrText\b[^>]{0,200}>([^<]{0,4096})/g)) fields.push(text)
  for (const [, text = ''] of xml.matchAll(/\bw:instr\s?=\s?"([^"]{0,4096})"/g)) fields.push(`\n${text}`)
  const instructions = readEntities(fields.join(''))
  if (/\bDDE(?:AUTO)?\b/.test(instructions)) signs.add('dde')
  const all = [
    ...instructions.matchAll(/HYPERLINK\s{1,20}"([^"]{1,4096})"/g),
    ...xml.matchAll(/\bxlink:href\s?=\s?"([a-z][a-z0-9+.-]{1,12}:[^"]{1,4096})"/gi),
  ]
  for (const [, url = ''] of all) if (links.size < linkLimits.links) links.add(readEntities(url))
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function readEntities(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name]!)
}
