import { SyncFault } from '../sync-fault.ts'
import type { ScimStore } from './scim-store.ts'

const page = 250
/** Of one person; whoever is in more has groups of a kind that settings by group are not made for. */
const mostGroups = 500
/** Names of groups stand beside each person again, so it may be more than a source holds. */
const mostBytes = 128 << 20

/** The people whom a directory has pushed and calls active, a line (JSON) each. @throws SyncFault too-large */
export async function listPushed(pushed: Pick<ScimStore, 'people'>, source: string): Promise<string> {
  const lines: string[] = []
  let bytes = 0
  for (let after = ''; ; ) {
    const people = await pushed.people(source, after, page, mostGroups + 1)
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
