import { newId } from '#ground/platform/ids.ts'
import type { MemberChange, MemberWrite, ScimStore } from './scim-store.ts'

export interface MemberParts {
  readonly store: Pick<ScimStore, 'stageMembers' | 'clearMembers'>
  readonly readStore: Pick<ScimStore, 'memberIds'>
  readonly now: () => number
}

/** Members who come or go in one transaction: mail waits behind none for longer than some milliseconds. */
const most = 250
/** The same of a group that has twenty times as many at least, all of which would be written anew. */
const mostOfLarge = 1000
const large = 20 * most
/** Ids that are told from one thread to another at a time. */
const page = 5000
/** What was written beside by a process that has died is cleared after this. */
const leftMs = 600_000

/**
 * Makes of a change of members what one short transaction writes. A PUT and a PATCH are one change (RFC 7644, 3.5.1 and
 * 3.5.2): whoever reads sees the old members or the new ones, never a part. So a few who come or go are written as they
 * are, as are some thousands of a group that is no smaller; many are written beside those who stand, in small steps that
 * nobody sees, and put in their place at once.
 * @param group its id; a new one has nobody yet
 */
export async function settleMembers(
  parts: MemberParts,
  source: string,
  group: string,
  isNew: boolean,
  change: MemberChange,
): Promise<MemberWrite> {
  const { all, add, remove } = change
  const named = add.length + remove.length
  if (all === null && named <= most) return { add, remove, set: null }
  const standing = new Set<string>()
  if (!isNew)
    for await (const ids of standingOf(parts, source, group)) {
      for (const each of ids) standing.add(each)
      if (all === null && isFew(named, standing.size)) return { add, remove, set: null }
    }
  const wanted = new Set(all ?? standing)
  for (const each of remove) wanted.delete(each)
  for (const each of add) wanted.add(each)
  const come = [...wanted].filter((each) => !standing.has(each))
  const go = [...standing].filter((each) => !wanted.has(each))
  if (isFew(come.length + go.length, standing.size)) return { add: come, remove: go, set: null }
  return { add: [], remove: [], set: await stage(parts, source, group, [...wanted]) }
}

function isFew(changed: number, standing: number): boolean {
  return changed <= (standing >= large ? mostOfLarge : most)
}

async function* standingOf(
  { readStore }: MemberParts,
  source: string,
  group: string,
): AsyncGenerator<string[]> {
  for (let after = ''; ; ) {
    const ids = await readStore.memberIds(source, group, after, page)
    yield ids
    after = ids.at(-1) ?? ''
    if (ids.length < page) return
  }
}

/** Answers the name of the set. What large changes have left before goes first: nobody fills the disk by asking on and on. */
async function stage(
  { store, now }: MemberParts,
  source: string,
  group: string,
  ids: readonly string[],
): Promise<string> {
  while ((await store.clearMembers(source, now(), most)) >= most);
  const set = `:${newId(now())}`
  await store.stageMembers(source, group + set, [], now() + leftMs)
  for (let from = 0; from < ids.length; from += most)
    await store.stageMembers(source, group + set, ids.slice(from, from + most), now() + leftMs)
  return set
}
