import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { ContentFile } from '#flow/inspection/message-content.ts'
import type { FileReport } from '#ground/files/file-report.ts'
import { type ByteEdit, replaceBytes } from '#ground/mail/byte-edits.ts'
import type { MimePart } from '#ground/mail/mime.ts'
import { toPrintable, wrapWords } from '#ground/mail/printable-text.ts'
import { encodeQuotedPrintable } from '#ground/mail/quoted-printable.ts'

/** Which files a rule takes out. */
export interface StripWish {
  /** What their bytes are, their family or their declared type; `all` for every file. */
  readonly types: readonly string[]
  /** Ends of names, in small letters. */
  readonly endings: readonly string[]
}

export interface StrippedFile {
  readonly part: MimePart
  readonly name: string
  readonly size: number
}

/** Parts that hold a message together rather than being files of it. */
const neverFiles = /^application\/(?:pgp-signature|pgp-encrypted|(?:x-)?pkcs7-signature)$/

/** The files of a message that go; what lies in an archive counts for the archive. */
export async function findFilesToStrip(
  message: InspectedMessage,
  wishes: readonly StripWish[],
): Promise<StrippedFile[]> {
  const { files } = await message.content()
  if (files.length === 0) return []
  const reports = await message.attached()
  const within = new Map<number, FileReport[]>()
  for (const each of reports) {
    const list = within.get(each.root)
    if (list) list.push(each)
    else within.set(each.root, [each])
  }
  return files
    .filter((file, index) => wishes.some((each) => takes(each, file, within.get(index) ?? [])))
    .map(({ part, name, size }) => ({ part, name, size }))
}

function takes({ types, endings }: StripWish, { part, name }: ContentFile, reports: readonly FileReport[]) {
  if (neverFiles.test(part.type)) return false
  if (types.includes('all')) return part.disposition === 'attachment' || name !== ''
  const names = [name, ...reports.map((each) => each.name)].map((each) => each.toLowerCase().trimEnd())
  return (
    types.includes(part.type) ||
    reports.some(({ type }) => types.includes(type.name) || types.includes(type.family)) ||
    endings.some((ending) => names.some((each) => each.endsWith(ending)))
  )
}

/** Puts a note that names the file in the place of each; `of` is the level whose rule it is. */
export function stripEdits(
  message: InspectedMessage,
  files: readonly StrippedFile[],
  of: string,
): ByteEdit[] {
  return files.flatMap((each) => replaceFile(message, each, of))
}

function replaceFile(message: InspectedMessage, { part, name, size }: StrippedFile, of: string): ByteEdit[] {
  const body = Buffer.from(encodeQuotedPrintable(noteOf(message.id, name, size, of)))
  const fields = [
    'Content-Type: text/plain; charset=utf-8',
    'Content-Disposition: inline',
    'Content-Transfer-Encoding: quoted-printable',
  ]
  if (part.depth > 0) {
    const head = Buffer.from(`${fields.join('\r\n')}\r\n\r\n`)
    return [replaceBytes(part.headerStart, part.bodyEnd, Buffer.concat([head, body]))]
  }
  const old = message.header.filter((each) => each.name.startsWith('content-'))
  const version = message.header.some((each) => each.name === 'mime-version') ? [] : ['MIME-Version: 1.0']
  return [
    ...[...fields, ...version].map((line): ByteEdit => ({ kind: 'prepend', line })),
    ...old.map(({ start, end }): ByteEdit => ({ kind: 'remove', start, end })),
    replaceBytes(part.bodyStart, part.bodyEnd, Buffer.concat([body, Buffer.from('\r\n')])),
  ]
}

function noteOf(id: string, name: string, size: number, of: string): string {
  const called = name === '' ? 'A file without a name' : `The file "${toPrintable(name, 200)}"`
  const why = `${called} (${sizeOf(size)}) was taken out of this message by a rule of ${of}.`
  const todo = `It is kept for a while in quarantine: ask for message ${id} there.`
  return [...wrapWords(why, 72), ...wrapWords(todo, 72)].join('\r\n')
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  return bytes < 1 << 20 ? `${Math.round(bytes / 1024)} KB` : `${Math.round(bytes / 104_857.6) / 10} MB`
}
