import { ScimError } from './scim-error.ts'

/** A condition on the parts of a list: `NAME eq VALUE`. */
export interface PathCondition {
  readonly name: string
  readonly value: string
}

/** Where a change applies (RFC 7644, 3.5.2): `attribute`, `attribute.sub` or `attribute[name eq value].sub`. */
export interface ScimPath {
  /** In lower case, as all names here. */
  readonly attribute: string
  /** Of a list, those alone of which all of these are true; empty: all. */
  readonly only: readonly PathCondition[]
  /** Empty: the attribute itself. */
  readonly sub: string
}

const longestPath = 2000
const mostConditions = 3
const ours = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i
/** What of a person or a group is kept. */
const kept = new Set(['username', 'externalid', 'displayname', 'active', 'name', 'emails', 'members'])
const form = /^[a-z]+(?:\[(.*)\])?(?:\.([a-z$][\w$-]*))?$/is
const condition = /^\s*([a-z$][\w$-]*)\s+eq\s+(?:"((?:[^"\\]|\\.)*)"|(true|false))\s*(and\b|$)/i

/**
 * Reads a path. Null: it leads to an attribute that is not kept here, however it is written. @throws ScimError invalidPath
 */
export function readPath(text: string): ScimPath | null {
  const bare = text.trim().replace(ours, '')
  const attribute = /^[a-z]+(?![\w$:-])/i.exec(bare)?.[0].toLowerCase() ?? ''
  if (!kept.has(attribute)) return null
  const found = bare.length > longestPath ? null : form.exec(bare)
  if (!found) throw unreadable(bare)
  const [, filter, sub = ''] = found
  return { attribute, only: filter === undefined ? [] : readConditions(filter, bare), sub: sub.toLowerCase() }
}

function readConditions(filter: string, path: string): PathCondition[] {
  const read: PathCondition[] = []
  for (let left = filter; ; ) {
    const found = condition.exec(left)
    if (!found || read.length >= mostConditions) throw unreadable(path)
    const [whole, name = '', quoted, flag, more] = found
    read.push({ name: name.toLowerCase(), value: flag?.toLowerCase() ?? unquote(quoted ?? '') })
    left = left.slice(whole.length)
    if (more === '') return read
  }
}

function unreadable(path: string): ScimError {
  return new ScimError(400, 'invalidPath', `The path ${JSON.stringify(path.slice(0, 100))} cannot be read.`)
}

/** What stands within the quotation marks of a filter: a text as JSON has it (RFC 7644, 3.4.2.2). */
export function unquote(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    // A backslash before something that needs none.
    return text.replace(/\\(.)/gs, '$1')
  }
}
