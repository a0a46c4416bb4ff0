import { SyncFault } from '../sync-fault.ts'
import type { SyncSource } from '../sync-store.ts'
import type { ScimStore } from './scim-store.ts'

const page = 250
/** Of one person; whoever is in more has groups of a kind that settings by group are not made for. */
const mostGroups = 500
/** Names of groups stand beside each person again, so it may be more than a source holds. */
const mostBytes = 128 << 20
/** Directories say again what was refused, some once a day; what they do not say again is not missed any more. */
const refusedMs = 25 * 3_600_000

/** The people whom a directory has pushed and calls active, a line (JSON) each. @throws SyncFault too-large */
export async function listPushed(
  pushed: Pick<ScimStore, 'people'>,
  { id, refusedAt }: Pick<SyncSource, 'id' | 'refusedAt'>,
  now: number,
): Promise<string> {
  if (refusedAt !== null && now - refusedAt < refusedMs)
    throw new SyncFault('too-large', 'it is full: somebody who was pushed found no room, and is missing here')
  const lines: string[] = []
  let bytes = 0
  for (let after = ''; ; ) {
    const people = await pushed.people(id, after, page, mostGroups + 1)
    for (const each of people) {
      if (each.groups.length > mostGroups)
        throw new SyncFault(
          'too-large',
          `${each.user.userName.slice(0, 200)} is in more than ${mostGroups} groups`,
        )
      const line = JSON.stringify(each)
      bytes += Buffer.byteLength(line)
      if (bytes > mostBytes)
        throw new SyncFault(
          'too-large',
          `people and the names of their groups take more than ${mostBytes >> 20} MB`,
        )
      lines.push(line)
    }
    after = people.at(-1)?.id ?? ''
    if (people.length < page) return lines.join('\n')
  }
}
