import { wrongValue } from './scim-error.ts'

/** Values that are kept are kept whole; what is longer is refused, not cut. */
const longestText = 10_000

/** An object by its names in lower case: names of attributes are compared so (RFC 7643, 2.1). @throws ScimError */
export function fieldsOf(value: unknown, what: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongValue(`${what} is not an object.`)
  return new Map(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]))
}

/** A text; empty where there is none. @throws ScimError */
export function readText(name: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string' && typeof value !== 'number') throw wrongValue(`${name} is not a text.`)
  const text = String(value).toWellFormed().replaceAll('\0', '').trim()
  if (text.length > longestText) throw wrongValue(`${name} has more than ${longestText} characters.`)
  return text
}

/** Yes or no; some directories say it as a text, `"False"`, or as a list of one. @throws ScimError */
export function readFlag(name: string, value: unknown): boolean {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  const isObject = typeof only === 'object' && only !== null && !Array.isArray(only)
  const inner = isObject ? fieldsOf(only, name).get('value') : only
  const text = typeof inner === 'string' ? inner.trim().toLowerCase() : inner
  if (text === 'true' || text === true) return true
  if (text === 'false' || text === false) return false
  throw wrongValue(`${name} is neither true nor false.`)
}

/** Whatever may stand once or as a list, as a list. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
