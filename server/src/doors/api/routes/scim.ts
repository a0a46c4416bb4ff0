import type { FastifyInstance } from 'fastify'
import { listMembers } from '#services/sync/scim/list-members.ts'
import {
  addResource,
  notThere,
  type PushParts,
  patchResource,
  removeResource,
  replaceResource,
} from '#services/sync/scim/push-resource.ts'
import { readFilter } from '#services/sync/scim/read-filter.ts'
import { ScimError } from '#services/sync/scim/scim-error.ts'
import {
  resourceTypes,
  schemas,
  scimAddress,
  scimPath,
  serviceProviderConfig,
} from '#services/sync/scim/scim-schemas.ts'
import type { ScimKind, ScimResource } from '#services/sync/scim/scim-store.ts'
import { describeGroup, describeMembers, describeUser, onlyWanted } from '../answers/describe-scim.ts'
import type { ApiContext } from './api-context.ts'
import { addScimRoute, openScimDoor, type ScimAsked } from './scim-door.ts'
import { mostListed, readPage, readWanted } from './scim-query.ts'

/**
 * Members that one answer tells; a list of large groups has fewer groups on a page for it. A group with more is answered
 * without `members` (RFC 7644, 3.9): a directory would put right what it sees a part of.
 */
const mostMembers = 50_000
const mostMembersListed = 20_000
/** Bytes; a group is pushed with all of its members at once. */
const longestBody = { user: 64 << 10, group: 4 << 20 } as const

const places = { user: 'Users', group: 'Groups' } as const

/** `/scim/v2`: people and groups that directories push (RFC 7643, 7644). */
export function scimRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  app.register(
    async (door) => {
      openScimDoor(door, parts)
      addDescriptions(door, parts)
      for (const kind of ['user', 'group'] as const) {
        addReading(door, parts, kind)
        addWriting(door, parts, kind)
      }
    },
    { prefix: scimPath },
  )
}

type Parts = ApiContext['parts']

/** What the door can do, and what it keeps. */
function addDescriptions(door: FastifyInstance, parts: Parts): void {
  const location = locationOf(parts)
  const lists = { ResourceTypes: resourceTypes, Schemas: schemas }
  addScimRoute(door, 'GET', '/ServiceProviderConfig', async () => ({
    answer: serviceProviderConfig(mostListed, location),
  }))
  for (const [name, list] of Object.entries(lists)) {
    addScimRoute(door, 'GET', `/${name}`, async () => {
      const all = list(location)
      return { answer: listOf(all, all.length, 1) }
    })
    addScimRoute(door, 'GET', `/${name}/:id`, async ({ id }) => {
      const answer = list(location).find((each) => each.id.toLowerCase() === id.toLowerCase())
      if (!answer) throw new ScimError(404, null, `There is no ${id.slice(0, 100)} among ${name}.`)
      return { answer }
    })
  }
}

function addReading(door: FastifyInstance, parts: Parts, kind: ScimKind): void {
  const { readScim } = parts
  addScimRoute(door, 'GET', `/${places[kind]}`, async (asked) => {
    const { from, limit } = readPage(asked.query)
    const conditions = readFilter(kind, asked.query.filter)
    const { total, found } = await readScim.find(asked.source, kind, conditions, from, limit)
    const shown: object[] = []
    let left = mostMembersListed
    for (const each of found) {
      const { answer, members, isWhole } = await show(parts, asked, kind, each, left)
      // The first of a page has all the room that there is.
      if (shown.length > 0 && !isWhole) break
      left -= members
      shown.push(answer)
    }
    return { answer: listOf(shown, total, from + 1) }
  })
  addScimRoute(door, 'GET', `/${places[kind]}/:id`, async (asked) => {
    const found = await readScim.resource(asked.source, kind, asked.id)
    if (!found) throw notThere(kind, asked.id)
    return { answer: (await show(parts, asked, kind, found, mostMembers)).answer }
  })
}

function addWriting(door: FastifyInstance, parts: Parts, kind: ScimKind): void {
  const push: PushParts = { store: parts.scim, readStore: parts.readScim, now: () => parts.clock.now() }
  const shown = async (asked: ScimAsked, resource: ScimResource) =>
    (await show(parts, asked, kind, resource, mostMembers)).answer
  const place = `/${places[kind]}`
  const add = async (asked: ScimAsked) => {
    const added = await addResource(push, asked.source, kind, asked.body)
    const location = `${locationOf(parts)}${place}/${added.id}`
    return { code: 201, location, answer: await shown(asked, added) }
  }
  const replace = async (asked: ScimAsked) => ({
    answer: await shown(asked, await replaceResource(push, asked.source, kind, asked.id, asked.body)),
  })
  const patch = async (asked: ScimAsked) => {
    const changed = await patchResource(push, asked.source, kind, asked.id, asked.body)
    // A group may have very many members, and directories change them one by one.
    return kind === 'group' ? { code: 204 } : { answer: await shown(asked, changed) }
  }
  addScimRoute(door, 'POST', place, add, longestBody[kind])
  addScimRoute(door, 'PUT', `${place}/:id`, replace, longestBody[kind])
  addScimRoute(door, 'PATCH', `${place}/:id`, patch, longestBody[kind])
  addScimRoute(door, 'DELETE', `${place}/:id`, async (asked) => {
    await removeResource(push, asked.source, kind, asked.id)
    return { code: 204 }
  })
}

/** An answer, and how many members it tells. Not whole: there are more than `most`, and none of them is told. */
async function show(
  parts: Parts,
  { source, query }: ScimAsked,
  kind: ScimKind,
  resource: ScimResource,
  most: number,
): Promise<{ readonly answer: object; readonly members: number; readonly isWhole: boolean }> {
  const wanted = readWanted(query)
  const location = locationOf(parts)
  if (kind === 'user')
    return {
      answer: onlyWanted(describeUser(resource as ScimResource<'user'>, location), wanted),
      members: 0,
      isWhole: true,
    }
  const isWanted =
    !wanted.without.includes('members') && (wanted.only.length === 0 || wanted.only.includes('members'))
  const given = resource as ScimResource<'group'>
  const { group, members } = isWanted
    ? await listMembers(parts.readScim, source, given, most)
    : { group: given, members: null }
  const answer = describeGroup(group, members && (await describeMembers(members, location)), location)
  return {
    answer: onlyWanted(answer, wanted),
    members: members?.length ?? 0,
    isWhole: !isWanted || members !== null,
  }
}

function listOf(Resources: readonly object[], totalResults: number, startIndex: number): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex,
    itemsPerPage: Resources.length,
    Resources,
  }
}

function locationOf({ pageUrl }: Parts): string {
  return scimAddress(pageUrl())
}
