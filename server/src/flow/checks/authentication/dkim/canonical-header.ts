import type { HeaderField } from '#ground/mail/header.ts'
import { trimEndOf } from '#ground/mail/trim-end.ts'

export type Canonicalization = 'simple' | 'relaxed'

/**
 * The header of one message as signatures see it. Each field is brought into canonical form once,
 * however many signatures cover it.
 */
export class CanonicalHeader {
  readonly #byName = new Map<string, HeaderField[]>()
  readonly #relaxed = new Map<HeaderField, string>()
  readonly fields: readonly HeaderField[]

  constructor(fields: readonly HeaderField[]) {
    this.fields = fields
    for (const field of fields) {
      const same = this.#byName.get(field.name)
      if (same) same.push(field)
      else this.#byName.set(field.name, [field])
    }
  }

  /** All fields of a name (lower case), top to bottom. */
  all(name: string): readonly HeaderField[] {
    return this.#byName.get(name) ?? []
  }

  /**
   * What a list of names selects (RFC 6376, 5.4.2): from the bottom upwards, each mention of a name takes
   * one field more; a name without a field left stands for nothing. Each field ends with CRLF.
   */
  select(names: readonly string[], canonicalization: Canonicalization): string {
    const taken = new Map<string, number>()
    let text = ''
    for (const name of names) {
      const fields = this.all(name)
      const count = taken.get(name) ?? 0
      taken.set(name, count + 1)
      const field = fields[fields.length - 1 - count]
      if (field !== undefined) text += `${this.form(field, canonicalization)}\r\n`
    }
    return text
  }

  /** One field in canonical form, without a line end. */
  form(field: HeaderField, canonicalization: Canonicalization): string {
    if (canonicalization === 'simple') return simpleField(field.raw)
    const known = this.#relaxed.get(field)
    if (known !== undefined) return known
    const form = relaxedField(field.raw)
    this.#relaxed.set(field, form)
    return form
  }
}

/** A field in simple form (RFC 6376, 3.4.1): as it is; lines that ended in LF alone end in CRLF. */
export function simpleField(raw: string): string {
  return raw.includes('\n') ? raw.replace(/\r?\n/g, '\r\n') : raw
}

/**
 * A field in relaxed form (RFC 6376, 3.4.2): name in lower case, unfolded, runs of blanks as one, none at
 * the ends. Only SP and HTAB are blanks: in UTF-8 the byte A0 is part of a character.
 */
export function relaxedField(raw: string): string {
  const colon = raw.indexOf(':')
  const name = trimEndOf(raw.slice(0, colon), ' \t\r\n').toLowerCase()
  let value = raw.slice(colon + 1)
  if (value.includes('\n')) value = value.replace(/\r?\n/g, '')
  return `${name}:${value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')}`
}

/**
 * A signature field with the value of its b= emptied (RFC 6376, 3.7), before canonicalization. The tag is
 * found as the tag-list is read: by parts, so that a "b=" inside another value stays.
 */
export function withoutSignature(raw: string): string {
  const colon = raw.indexOf(':')
  const parts = raw.slice(colon + 1).split(';')
  const at = parts.findIndex((part) => /^[ \t\r\n]*b[ \t\r\n]*=/.test(part))
  const part = parts[at]
  if (part !== undefined) parts[at] = part.slice(0, part.indexOf('=') + 1)
  return raw.slice(0, colon + 1) + parts.join(';')
}
