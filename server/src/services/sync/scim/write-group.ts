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

/** Names of groups stand beside each of their people. */
const longestName = 256
/** Of one question. */
const mostMembers = 100_000
/** Ids of people are ours; theirs are shorter by far. */
const longestId = 100

/** Who comes and goes, changed in place by one operation after the other; `all` takes up what comes after it. */
interface MemberSets {
  all: Set<string> | null
  readonly add: Set<string>
  readonly remove: Set<string>
  /** Ids that were named so far. */
  named: number
}

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
  const sets: MemberSets = { all: null, add: new Set(), remove: new Set(), named: 0 }
  const body = operations.reduce((group, each) => patchOnce(group, sets, each), before)
  const { all, add, remove } = sets
  return {
    body: checkGroup(body),
    members: { all: all && [...all], add: [...add], remove: [...remove] },
  }
}

function patchOnce(body: ScimGroup, sets: MemberSets, operation: ScimOperation): ScimGroup {
  const { op, path, value } = operation
  const text = () => (op === 'remove' ? '' : readText(path.attribute, value))
  switch (path.attribute) {
    case 'displayname':
      return { ...body, displayName: text() }
    case 'externalid':
      return { ...body, externalId: text() }
    case 'members':
      changeMembers(sets, operation)
      return body
    default:
      return body
  }
}

function changeMembers(sets: MemberSets, { op, path, value }: ScimOperation): void {
  const [only = null, more] = path.only
  if (only !== null && (only.name !== 'value' || more || op !== 'remove'))
    throw new ScimError(400, 'invalidPath', 'Single members are removed by members[value eq "ID"].')
  const ids = readMembers(only === null ? value : only.value, sets.named)
  sets.named += ids.length
  const isWhole = op === 'replace' || (op === 'remove' && only === null && value === undefined)
  if (isWhole) {
    sets.all = new Set(ids)
    sets.add.clear()
    sets.remove.clear()
    return
  }
  const [to, from] = op === 'add' ? [sets.add, sets.remove] : [sets.remove, sets.add]
  for (const id of ids) {
    if (sets.all !== null) {
      if (op === 'add') sets.all.add(id)
      else sets.all.delete(id)
      continue
    }
    to.add(id)
    from.delete(id)
  }
}

/** @param named ids that the same question has named before @throws ScimError */
function readMembers(value: unknown, named = 0): string[] {
  const list = listOf(value)
  if (named + list.length > mostMembers)
    throw new ScimError(413, 'tooMany', `One question names at most ${mostMembers} members.`)
  const ids = list.map(readMember)
  if (ids.some((each) => each.length > longestId))
    throw wrongValue(`The id of a member has at most ${longestId} characters.`)
  return [...new Set(ids.filter((each) => each !== ''))]
}

function readMember(given: unknown): string {
  if (typeof given === 'string') return given
  // Nearly all write it so; to read the names of very many in lower case takes its time from mail.
  const plain = (given as { readonly value?: unknown } | null)?.value
  return readText('members.value', plain ?? fieldsOf(given, 'One of members').get('value'))
}

function checkGroup(group: ScimGroup): ScimGroup {
  if (group.displayName === '') throw wrongValue('displayName is missing.')
  if (group.displayName.length > longestName)
    throw wrongValue(`displayName of a group has at most ${longestName} characters.`)
  return group
}
