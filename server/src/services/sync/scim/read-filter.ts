import { unquote } from './read-path.ts'
import { ScimError } from './scim-error.ts'
import type { ScimCondition, ScimKind } from './scim-store.ts'
import { readText } from './scim-value.ts'

const longestFilter = 2000
const mostConditions = 3
const one =
  /^\s*(?:urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):)?([a-z][\w.]*|emails\[type eq "[^"\\]*"\]\.value|members\[value)\s+eq\s+"((?:[^"\\]|\\.)*)"\]?\s*(and\b|$)/i

/** Names by which something can be found, as filters say them, and as they are kept. */
const names: Readonly<Record<ScimKind, Readonly<Record<string, string>>>> = {
  user: {
    id: 'id',
    username: 'username',
    externalid: 'externalid',
    emails: 'email',
    'emails.value': 'email',
  },
  group: {
    id: 'id',
    displayname: 'displayname',
    externalid: 'externalid',
    members: 'members',
    'members.value': 'members',
  },
}

/** What is kept to find something by; ids and external ids differ by case, all else does not. */
export function keyOf(name: string, value: string): ScimCondition {
  const isExact = name === 'id' || name === 'externalid' || name === 'members'
  return { name, value: isExact ? value : value.toLowerCase() }
}

/**
 * Reads a filter: one to three times `NAME eq "VALUE"`, joined by `and`, which is what directories look for people and
 * groups with. @throws ScimError invalidFilter
 */
export function readFilter(kind: ScimKind, text: string | undefined): ScimCondition[] {
  if (text === undefined || text.trim() === '') return []
  const conditions: ScimCondition[] = []
  for (let left = text; left !== ''; ) {
    const found = left.length > longestFilter ? null : one.exec(left)
    const name = plainName(found?.[1] ?? '')
    if (!found || !Object.hasOwn(names[kind], name) || conditions.length >= mostConditions)
      throw notUnderstood(kind)
    // Compared with what is kept, which was read in the same way.
    conditions.push(keyOf(names[kind][name] ?? name, readText(name, unquote(found[2] ?? ''))))
    left = left.slice(found[0].length)
    if (left.trim() === '' && /^and$/i.test(found[3] ?? '')) throw notUnderstood(kind)
  }
  return conditions
}

function plainName(text: string): string {
  const name = text.toLowerCase()
  if (name.startsWith('emails[')) return 'emails.value'
  return name === 'members[value' ? 'members' : name
}

function notUnderstood(kind: ScimKind): ScimError {
  const known =
    kind === 'user' ? 'userName, externalId, emails.value, id' : 'displayName, externalId, members, id'
  return new ScimError(
    400,
    'invalidFilter',
    `A filter is NAME eq "VALUE", up to ${mostConditions} times joined by and; names are ${known}.`,
  )
}
