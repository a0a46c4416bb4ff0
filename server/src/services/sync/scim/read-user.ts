import { wrongValue } from './scim-error.ts'
import type { ScimEmail, ScimUser } from './scim-store.ts'
import { fieldsOf, listOf, readFlag, readText } from './scim-value.ts'

const mostEmails = 500
/** Characters of all addresses together. */
const longestEmails = 65_536

/**
 * Reads a person whom a directory has pushed whole. Whether he is active stays as it was where that is not said: a change
 * of a name brings nobody back. @throws ScimError
 */
export function readUser(given: unknown, before: ScimUser | null): ScimUser {
  const fields = fieldsOf(given, 'The user')
  const active = fields.get('active')
  return checkUser({
    userName: readText('userName', fields.get('username')),
    externalId: readText('externalId', fields.get('externalid')),
    displayName: readText('displayName', fields.get('displayname')),
    name: readName(fields.get('name')),
    emails: readEmails(fields.get('emails')),
    active: active === undefined || active === null ? (before?.active ?? true) : readFlag('active', active),
  })
}

/** @throws ScimError where no directory would find him again, or he has more addresses than anybody */
export function checkUser(user: ScimUser): ScimUser {
  if (user.userName === '') throw wrongValue('userName is missing.')
  checkEmails(user.emails)
  return user
}

/** @throws ScimError where somebody has more addresses than anybody */
export function checkEmails(emails: readonly ScimEmail[]): void {
  if (emails.length > mostEmails) throw tooManyEmails()
  const length = emails.reduce((sum, { value, type }) => sum + value.length + type.length, 0)
  if (length > longestEmails)
    throw wrongValue(`The emails of a user have at most ${longestEmails} characters together.`)
}

function tooManyEmails(): Error {
  return wrongValue(`A user has at most ${mostEmails} emails.`)
}

export function readName(value: unknown): ScimUser['name'] {
  const fields = value === undefined || value === null ? new Map() : fieldsOf(value, 'name')
  return {
    formatted: readText('name.formatted', fields.get('formatted')),
    givenName: readText('name.givenName', fields.get('givenname')),
    familyName: readText('name.familyName', fields.get('familyname')),
  }
}

/** @throws ScimError */
export function readEmails(value: unknown): ScimEmail[] {
  const list = listOf(value)
  if (list.length > mostEmails) throw tooManyEmails()
  return list.map(readEmail).filter((each) => each.value !== '')
}

function readEmail(value: unknown): ScimEmail {
  if (typeof value === 'string') return { value: readText('emails', value), type: '', primary: false }
  const fields = fieldsOf(value, 'One of emails')
  const primary = fields.get('primary') ?? false
  return {
    value: readText('emails.value', fields.get('value')),
    type: readText('emails.type', fields.get('type')),
    primary: readFlag('emails.primary', primary),
  }
}
