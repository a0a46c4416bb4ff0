import { setImmediate as nextTurn } from 'node:timers/promises'
import { groupSchema, userSchema } from '#services/sync/scim/scim-schemas.ts'
import type { ScimGroup, ScimResource, ScimUser } from '#services/sync/scim/scim-store.ts'
import { moment } from './moment.ts'

/** Which attributes a directory wants to see; both empty: all. */
export interface WantedAttributes {
  readonly only: readonly string[]
  readonly without: readonly string[]
}

/** A person as directories read him; what they never said is not there. @param location address of the door */
export function describeUser({ body, ...resource }: ScimResource<'user'>, location: string): object {
  const { userName, active, emails } = body satisfies ScimUser
  return {
    schemas: [userSchema],
    id: resource.id,
    ...said('externalId', body.externalId),
    userName,
    ...said('displayName', body.displayName),
    ...nameOf(body.name),
    active,
    ...(emails.length > 0 && {
      emails: emails.map(({ value, type, primary }) => ({
        value,
        ...said('type', type),
        ...(primary && { primary }),
      })),
    }),
    meta: metaOf('User', resource, location),
  }
}

/** Members that are described in one go: that takes less than a millisecond. */
const atOnce = 1000

/** Members as directories read them; others have their turn between some and the next. */
export async function describeMembers(
  members: readonly { readonly id: string; readonly userName: string }[],
  location: string,
): Promise<object[]> {
  const described: object[] = []
  for (const { id, userName } of members) {
    described.push({ value: id, display: userName, $ref: `${location}/Users/${id}` })
    if (described.length % atOnce === 0) await nextTurn()
  }
  return described
}

/** A group as directories read it. @param members null: not wanted */
export function describeGroup(
  { body, ...resource }: ScimResource<'group'>,
  members: readonly object[] | null,
  location: string,
): object {
  const { displayName, externalId } = body satisfies ScimGroup
  return {
    schemas: [groupSchema],
    id: resource.id,
    ...said('externalId', externalId),
    displayName,
    ...(members && { members }),
    meta: metaOf('Group', resource, location),
  }
}

/** The attributes that are wanted of an answer, and those that every answer has (RFC 7644, 3.9). */
export function onlyWanted(answer: object, { only, without }: WantedAttributes): object {
  const always = ['schemas', 'id', 'meta']
  return Object.fromEntries(
    Object.entries(answer).filter(([name]) => {
      if (always.includes(name)) return true
      const plain = name.toLowerCase()
      return (only.length === 0 || only.includes(plain)) && !without.includes(plain)
    }),
  )
}

function nameOf({ formatted, givenName, familyName }: ScimUser['name']): object {
  const name = {
    ...said('formatted', formatted),
    ...said('givenName', givenName),
    ...said('familyName', familyName),
  }
  return Object.keys(name).length > 0 ? { name } : {}
}

function said(name: string, value: string): object {
  return value === '' ? {} : { [name]: value }
}

function metaOf(
  resourceType: 'User' | 'Group',
  { id, createdAt, changedAt }: Omit<ScimResource, 'body'>,
  location: string,
): object {
  return {
    resourceType,
    created: moment(createdAt),
    lastModified: moment(changedAt),
    location: `${location}/${resourceType}s/${id}`,
  }
}
