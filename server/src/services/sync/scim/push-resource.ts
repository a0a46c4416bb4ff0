import { newId } from '#ground/platform/ids.ts'
import { patchUser } from './patch-user.ts'
import { keyOf } from './read-filter.ts'
import { readOperations } from './read-operations.ts'
import { readUser } from './read-user.ts'
import { ScimError } from './scim-error.ts'
import type {
  MemberChange,
  PushNote,
  ScimBodies,
  ScimCondition,
  ScimKind,
  ScimResource,
  ScimStore,
  ScimWrite,
} from './scim-store.ts'
import { settleMembers } from './settle-members.ts'
import { patchGroup, readGroup, sameMembers } from './write-group.ts'

export interface PushParts {
  readonly store: Pick<ScimStore, 'put' | 'remove' | 'stageMembers' | 'clearMembers'>
  /** Reading takes no turn from mail; who was faster is noticed where it is written. */
  readonly readStore: Pick<ScimStore, 'resource' | 'memberIds'>
  readonly now: () => number
}

/** Directories push one person after the other: a run waits for this long and takes them together. */
const settleMs = 5000
/** What one source may hold: about 200,000 people. */
const mostBytes = 64 << 20
const tries = 5
const busyMs = 1000

interface Change<Kind extends ScimKind> {
  readonly body: ScimBodies[Kind]
  readonly members: MemberChange
}

/** What is different between people and groups. */
interface KindForm<Kind extends ScimKind> {
  readonly name: string
  readonly read: (given: unknown, before: ScimBodies[Kind] | null) => Change<Kind>
  readonly patch: (before: ScimBodies[Kind], given: unknown) => Change<Kind>
  readonly keysOf: (body: ScimBodies[Kind]) => readonly ScimCondition[]
}

const forms: { readonly [Kind in ScimKind]: KindForm<Kind> } = {
  user: {
    name: 'User',
    read: (given, before) => ({ body: readUser(given, before), members: sameMembers }),
    patch: (before, given) => ({ body: patchUser(before, readOperations(given)), members: sameMembers }),
    keysOf: ({ userName, externalId, emails }) => [
      keyOf('username', userName),
      keyOf('externalid', externalId),
      ...emails.map(({ value }) => keyOf('email', value)),
    ],
  },
  group: {
    name: 'Group',
    read: (given) => readGroup(given),
    patch: (before, given) => patchGroup(before, readOperations(given)),
    keysOf: ({ displayName, externalId }) => [
      keyOf('displayname', displayName),
      keyOf('externalid', externalId),
    ],
  },
}

/** Takes in somebody or something new. @throws ScimError */
export async function addResource<Kind extends ScimKind>(
  parts: PushParts,
  source: string,
  kind: Kind,
  given: unknown,
): Promise<ScimResource<Kind>> {
  const change = formOf(kind).read(given, null)
  const id = newId(parts.now())
  if (!(await write(parts, source, kind, id, null, change))) throw busy()
  return stored(parts, source, kind, id)
}

/** Takes in what is to stand in place of what was there. @throws ScimError */
export function replaceResource<Kind extends ScimKind>(
  parts: PushParts,
  source: string,
  kind: Kind,
  id: string,
  given: unknown,
): Promise<ScimResource<Kind>> {
  return change(parts, source, kind, id, (before) => formOf(kind).read(given, before))
}

/** Carries out the changes of a PATCH, all or none. @throws ScimError */
export function patchResource<Kind extends ScimKind>(
  parts: PushParts,
  source: string,
  kind: Kind,
  id: string,
  given: unknown,
): Promise<ScimResource<Kind>> {
  return change(parts, source, kind, id, (before) => formOf(kind).patch(before, given))
}

/** Takes somebody or something out; runs of the source do the rest, by the rules of all sources. @throws ScimError */
export async function removeResource(
  parts: { readonly store: Pick<ScimStore, 'remove'> } & Pick<PushParts, 'now'>,
  source: string,
  kind: ScimKind,
  id: string,
): Promise<void> {
  if (!(await parts.store.remove(source, kind, id, noteOf(parts)))) throw notThere(kind, id)
}

/** @throws ScimError 404 */
export function notThere(kind: ScimKind, id: string): ScimError {
  return new ScimError(404, null, `There is no ${forms[kind].name} ${id.slice(0, 100)}.`)
}

async function change<Kind extends ScimKind>(
  parts: PushParts,
  source: string,
  kind: Kind,
  id: string,
  make: (before: ScimBodies[Kind]) => Change<Kind>,
): Promise<ScimResource<Kind>> {
  for (let n = 0; n < tries; n++) {
    const { body, version } = await stored(parts, source, kind, id)
    if (await write(parts, source, kind, id, version, make(body))) return stored(parts, source, kind, id)
  }
  throw busy()
}

function busy(): ScimError {
  return new ScimError(503, null, 'It is being changed by others at this moment; try again.', busyMs)
}

/** False: somebody was faster. @throws ScimError */
async function write<Kind extends ScimKind>(
  parts: PushParts,
  source: string,
  kind: Kind,
  id: string,
  seen: number | null,
  { body, members }: Change<Kind>,
): Promise<boolean> {
  const keys = formOf(kind)
    .keysOf(body)
    .filter(({ value }) => value !== '')
  const settled = await settleMembers(parts, source, id, seen === null, members)
  const given: ScimWrite<Kind> = { id, body, keys, members: settled, seen }
  const put = await parts.store.put(source, kind, given, noteOf(parts))
  // What was written beside and is not put in place is left to the next one who writes so much.
  if (put !== 'done' && settled.set !== null)
    await parts.store.stageMembers(source, id + settled.set, [], parts.now())
  if (put === 'taken')
    throw new ScimError(409, 'uniqueness', 'Another user of this source has this userName.')
  if (put === 'full')
    throw new ScimError(
      413,
      'tooMany',
      `A source holds no more than ${mostBytes >> 20} MB of people and groups.`,
    )
  return put === 'done'
}

async function stored<Kind extends ScimKind>(
  { readStore }: PushParts,
  source: string,
  kind: Kind,
  id: string,
): Promise<ScimResource<Kind>> {
  const found = await readStore.resource(source, kind, id)
  if (!found) throw notThere(kind, id)
  return found
}

function formOf<Kind extends ScimKind>(kind: Kind): KindForm<Kind> {
  return forms[kind]
}

function noteOf({ now }: Pick<PushParts, 'now'>): PushNote {
  return { at: now(), dueAt: now() + settleMs, mostBytes }
}
