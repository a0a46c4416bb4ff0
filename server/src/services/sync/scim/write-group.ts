import type { ScimOperation } from './read-operations.ts'
import { ScimError, wrongValue } from './scim-error.ts'
import type { MemberChange, ScimGroup } from './scim-store.ts'
import { fieldsOf, listOf, readText } from './scim-value.ts'

/** A group as it is to be, and who comes and goes. */
export interface GroupChange {
  readonly body: ScimGroup
  readonly members: MemberChange
}

export const sameMembers: MemberChange = { all: null, add: [], remove: [] }

/** Reads a group that was pushed whole. Where members are not named, they stay as they are. @throws ScimError */
export function readGroup(given: unknown): GroupChange {
  const fields = fieldsOf(given, 'The group')
  const members = fields.get('members')
  return {
    body: checkGroup({
      displayName: readText('displayName', fields.get('displayname')),
      externalId: readText('externalId', fields.get('externalid')),
    }),
    members: members === undefined ? sameMembers : { ...sameMembers, all: readMembers(members) },
  }
}

/** A group after the changes of a PATCH, in their order. @throws ScimError */
export function patchGroup(before: ScimGroup, operations: readonly ScimOperation[]): GroupChange {
  const { body, members } = operations.reduce(patchOnce, { body: before, members: sameMembers })
  return { body: checkGroup(body), members }
}

function patchOnce({ body, members }: GroupChange, { op, path, value }: ScimOperation): GroupChange {
  const text = () => (op === 'remove' ? '' : readText(path.attribute, value))
  switch (path.attribute) {
    case 'displayname':
      return { body: { ...body, displayName: text() }, members }
    case 'externalid':
      return { body: { ...body, externalId: text() }, members }
    case 'members':
      return { body, members: changeMembers(members, { op, path, value }) }
    default:
      return { body, members }
  }
}

function changeMembers(before: MemberChange, { op, path, value }: ScimOperation): MemberChange {
  if (path.only !== null && (path.only.name !== 'value' || op !== 'remove'))
    throw new ScimError(400, 'invalidPath', 'Single members are removed by members[value eq "ID"].')
  const ids = path.only === null ? readMembers(value) : [path.only.value]
  if (op === 'replace') return { ...sameMembers, all: ids }
  if (op === 'remove') {
    if (path.only === null && value === undefined) return { ...sameMembers, all: [] }
    const gone = new Set(ids)
    const stays = (id: string) => !gone.has(id)
    return {
      all: before.all?.filter(stays) ?? null,
      add: before.add.filter(stays),
      remove: [...before.remove, ...ids],
    }
  }
  const come = new Set(ids)
  return {
    all: before.all,
    add: [...before.add, ...ids],
    remove: before.remove.filter((id) => !come.has(id)),
  }
}

function readMembers(value: unknown): string[] {
  const ids = listOf(value).map((each) =>
    typeof each === 'string'
      ? each
      : readText('members.value', fieldsOf(each, 'One of members').get('value')),
  )
  return [...new Set(ids.filter((each) => each !== ''))]
}

function checkGroup(group: ScimGroup): ScimGroup {
  if (group.displayName === '') throw wrongValue('displayName is missing.')
  return group
}
