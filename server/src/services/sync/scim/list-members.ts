import { notThere } from './push-resource.ts'
import { ScimError } from './scim-error.ts'
import type { ScimResource, ScimStore } from './scim-store.ts'

type Member = Awaited<ReturnType<ScimStore['members']>>[number]

/** Told from one thread to another at a time: sockets wait behind none for longer than some milliseconds. */
const page = 5000
const tries = 5
const busyMs = 1000

/**
 * Members of a group, page by page and yet of one moment: where the group was changed between two pages, it is read anew.
 * @returns the group as it then was; members null: there are more than `most`
 * @throws ScimError
 */
export async function listMembers(
  readStore: Pick<ScimStore, 'members' | 'resource'>,
  source: string,
  group: ScimResource<'group'>,
  most: number,
): Promise<{ readonly group: ScimResource<'group'>; readonly members: readonly Member[] | null }> {
  for (let n = 0, read = group; n < tries; n++) {
    const members: Member[] = []
    let isLast = false
    while (!isLast && members.length <= most) {
      const limit = Math.min(page, most + 1 - members.length)
      const some = await readStore.members(source, read.id, members.at(-1)?.id ?? '', limit)
      for (const each of some) members.push(each)
      isLast = some.length < limit
    }
    if (members.length > most) return { group: read, members: null }
    if (members.length < page) return { group: read, members }
    const now = await readStore.resource(source, 'group', read.id)
    if (!now) throw notThere('group', read.id)
    if (now.version === read.version) return { group: read, members }
    read = now
  }
  throw new ScimError(503, null, 'The group is being changed at this moment; try again.', busyMs)
}
