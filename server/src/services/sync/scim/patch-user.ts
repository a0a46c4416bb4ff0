import type { ScimOperation } from './read-operations.ts'
import type { PathCondition } from './read-path.ts'
import { checkEmails, checkUser, readEmails, readName } from './read-user.ts'
import { ScimError, wrongValue } from './scim-error.ts'
import type { ScimEmail, ScimUser } from './scim-store.ts'
import { readFlag, readText } from './scim-value.ts'

/** A person after the changes of a PATCH, in their order. @throws ScimError */
export function patchUser(before: ScimUser, operations: readonly ScimOperation[]): ScimUser {
  let user = before
  for (const each of operations) {
    user = patchOnce(user, each)
    // After each: what the next one costs grows with what this one has left.
    checkEmails(user.emails)
  }
  // Not before the last one: some say which address is the main one before they say the address.
  return checkUser({ ...user, emails: user.emails.filter((each) => each.value !== '') })
}

function patchOnce(user: ScimUser, operation: ScimOperation): ScimUser {
  const { op, path, value } = operation
  const text = () => (op === 'remove' ? '' : readText(path.attribute, value))
  switch (path.attribute) {
    case 'username':
      return { ...user, userName: text() }
    case 'externalid':
      return { ...user, externalId: text() }
    case 'displayname':
      return { ...user, displayName: text() }
    case 'active':
      if (op === 'remove') throw wrongValue('active is true or false, and cannot be removed.')
      return { ...user, active: readFlag('active', value) }
    case 'name':
      return { ...user, name: patchName(user.name, operation) }
    case 'emails':
      return { ...user, emails: patchEmails(user.emails, operation) }
    default:
      // A title, a manager, a telephone number: not kept, and no fault of the directory.
      return user
  }
}

function patchName(before: ScimUser['name'], { op, path, value }: ScimOperation): ScimUser['name'] {
  if (path.sub === '') {
    if (op === 'remove') return readName(null)
    const after = readName(value)
    return {
      formatted: after.formatted || before.formatted,
      givenName: after.givenName || before.givenName,
      familyName: after.familyName || before.familyName,
    }
  }
  const text = op === 'remove' ? '' : readText(`name.${path.sub}`, value)
  if (path.sub === 'formatted') return { ...before, formatted: text }
  if (path.sub === 'givenname') return { ...before, givenName: text }
  return path.sub === 'familyname' ? { ...before, familyName: text } : before
}

function patchEmails(before: readonly ScimEmail[], operation: ScimOperation): readonly ScimEmail[] {
  const { op, path, value } = operation
  if (path.only.length === 0 && path.sub === '') {
    if (op === 'replace') return readEmails(value)
    if (op === 'remove') return value === undefined ? [] : without(before, readEmails(value))
    return join(before, readEmails(value))
  }
  const isMeant = (each: ScimEmail) => path.only.every((only) => fits(each, only))
  if (op === 'remove' && (path.sub === '' || path.sub === 'value'))
    return before.filter((each) => !isMeant(each))
  const change = (each: ScimEmail) => changeEmail(each, operation)
  // Directories write to an address of a kind that there is none of yet, and mean a new one.
  const after = before.some(isMeant)
    ? before.map((each) => (isMeant(each) ? change(each) : each))
    : [...before, change(freshEmail(path.only))]
  return onePrimary(after, before)
}

function fits(email: ScimEmail, { name, value }: PathCondition): boolean {
  const wanted = value.toLowerCase()
  if (name === 'type') return email.type.toLowerCase() === wanted
  if (name === 'value') return email.value.toLowerCase() === wanted
  if (name === 'primary') return String(email.primary) === wanted
  throw wrongValue('emails are told apart by type, value or primary.')
}

/** @throws ScimError noTarget where an address is named that is not there: nobody means to give it to him by that */
function freshEmail(only: readonly PathCondition[]): ScimEmail {
  const said = (name: string) => only.find((each) => each.name === name)?.value ?? ''
  if (said('value') !== '')
    throw new ScimError(400, 'noTarget', `The user has no email ${said('value').slice(0, 100)}.`)
  return { value: '', type: said('type'), primary: said('primary').toLowerCase() === 'true' }
}

function changeEmail(email: ScimEmail, { op, path, value }: ScimOperation): ScimEmail {
  if (path.sub === '') {
    const [given] = readEmails(value)
    return given
      ? { ...given, type: given.type || email.type, primary: given.primary || email.primary }
      : email
  }
  if (path.sub === 'value') return { ...email, value: readText('emails.value', value) }
  if (path.sub === 'type') return { ...email, type: op === 'remove' ? '' : readText('emails.type', value) }
  if (path.sub === 'primary')
    return { ...email, primary: op !== 'remove' && readFlag('emails.primary', value) }
  return email
}

/** Where a change has made another address the main one, the old one is so no more (RFC 7644, 3.5.2). */
function onePrimary(after: readonly ScimEmail[], before: readonly ScimEmail[]): readonly ScimEmail[] {
  const old = new Set(before.flatMap(({ primary, value }) => (primary ? [value] : [])))
  const fresh = after.find((each) => each.primary && each.value !== '' && !old.has(each.value))
  return fresh === undefined ? after : after.map((each) => ({ ...each, primary: each === fresh }))
}

function join(before: readonly ScimEmail[], more: readonly ScimEmail[]): readonly ScimEmail[] {
  return onePrimary([...without(before, more), ...more], before)
}

function without(before: readonly ScimEmail[], gone: readonly ScimEmail[]): readonly ScimEmail[] {
  const names = new Set(gone.map((each) => each.value.toLowerCase()))
  return before.filter((each) => !names.has(each.value.toLowerCase()))
}
