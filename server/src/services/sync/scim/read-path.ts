import { ScimError } from './scim-error.ts'

/** Where a change applies (RFC 7644, 3.5.2): `attribute`, `attribute.sub` or `attribute[name eq value].sub`. */
export interface ScimPath {
  /** In lower case, as all names here. */
  readonly attribute: string
  /** Of a list, those alone of which this is true; null: all. */
  readonly only: { readonly name: string; readonly value: string } | null
  /** Empty: the attribute itself. */
  readonly sub: string
}

const longestPath = 2000
const ours = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i
const form =
  /^([a-z$][\w$-]*)(?:\[\s*([a-z$][\w$-]*)\s+eq\s+(?:"((?:[^"\\]|\\.)*)"|(true|false))\s*\])?(?:\.([a-z$][\w$-]*))?$/i

/** Reads a path. Null: it leads to an attribute of a schema that is not kept here. @throws ScimError invalidPath */
export function readPath(text: string): ScimPath | null {
  const bare = text.trim().replace(ours, '')
  if (/^urn:/i.test(bare)) return null
  const found = bare.length > longestPath ? null : form.exec(bare)
  if (!found)
    throw new ScimError(400, 'invalidPath', `The path ${JSON.stringify(bare.slice(0, 100))} cannot be read.`)
  const [, attribute = '', name, quoted, flag, sub = ''] = found
  return {
    attribute: attribute.toLowerCase(),
    only:
      name === undefined
        ? null
        : { name: name.toLowerCase(), value: flag?.toLowerCase() ?? unquote(quoted ?? '') },
    sub: sub.toLowerCase(),
  }
}

/** What stands within the quotation marks of a filter. */
export function unquote(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}
