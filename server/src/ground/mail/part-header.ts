import type { HeaderField } from './header.ts'
import { fieldValue } from './header.ts'
import { decodeHeaderText } from './header-text.ts'
import type { MimeDefect } from './mime.ts'
import type { StructuredValue } from './structured-header.ts'
import { parseStructured } from './structured-header.ts'

/** What the header of a part says about it. */
export interface PartDescription {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly encoding: string
  readonly fileName: string | null
  readonly disposition: string | null
  readonly defects: MimeDefect[]
}

const noParameters: Readonly<Record<string, string>> = Object.freeze(Object.create(null))
const encodings = new Set([
  '7bit',
  '8bit',
  'binary',
  'base64',
  'quoted-printable',
  'x-uuencode',
  'uuencode',
  'x-uue',
])
const typePattern = /^[a-z0-9!#$&^_.+{}|~%'`*-]+\/[a-z0-9!#$&^_.+{}|~%'`*-]+$/

/**
 * Reads type, encoding and name of a part from its header fields. Where a field comes twice the first one counts.
 * @param defaultType what a part is that does not say: text/plain, or message/rfc822 within multipart/digest
 */
export function describePart(fields: readonly HeaderField[], defaultType: string): PartDescription {
  let contentType: HeaderField | undefined
  let encodingField: HeaderField | undefined
  let dispositionField: HeaderField | undefined
  const defects = new Set<MimeDefect>()
  for (const field of fields) {
    if (!field.name.startsWith('content-')) continue
    if (field.name === 'content-type') {
      if (contentType) defects.add('duplicate-content-type')
      contentType ??= field
    } else if (field.name === 'content-transfer-encoding') {
      if (encodingField) defects.add('duplicate-encoding')
      encodingField ??= field
    } else if (field.name === 'content-disposition') dispositionField ??= field
  }
  const content = contentType ? parseStructured(fieldValue(contentType)) : null
  const disposition = dispositionField ? parseStructured(fieldValue(dispositionField)) : null
  for (const each of [...(content?.defects ?? []), ...(disposition?.defects ?? [])]) defects.add(each)
  const encoding = encodingField ? parseStructured(fieldValue(encodingField)).value : '7bit'
  if (!encodings.has(encoding)) defects.add('unknown-encoding')
  if (content && !typePattern.test(content.value)) defects.add('broken-content-type')
  return {
    type: content ? (typePattern.test(content.value) ? content.value : 'text/plain') : defaultType,
    parameters: content?.parameters ?? noParameters,
    encoding,
    fileName: readName(disposition, 'filename') ?? readName(content, 'name'),
    disposition: disposition ? disposition.value : null,
    defects: [...defects],
  }
}

function readName(from: StructuredValue | null, name: string): string | null {
  const value = from?.parameters[name]
  if (!from || !value) return null
  return from.extended.has(name)
    ? decodeHeaderText(Buffer.from(value).toString('latin1'), 4096)
    : decodeHeaderText(value, 4096)
}
