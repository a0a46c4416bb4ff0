import { Readable } from 'node:stream'
import { routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { addUsers, userState } from '#services/directory/add-users.ts'
import { stateOf } from '#services/directory/directory-order.ts'
import type { Person } from '#services/directory/directory-views.ts'
import { importUsers } from '#services/directory/import-users.ts'
import { addressKey } from '#services/directory/read-user.ts'
import { UserFileError } from '#services/directory/read-user-file.ts'
import { removeUsers } from '#services/directory/remove-users.ts'
import { findSeenRecipients } from '#services/search/seen-recipients.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import { orAway } from '../answers/or-away.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { findDomain } from './directory.ts'
import { pageOf, toPage, withinOf } from './directory-page.ts'
import { heldOf } from './losses.ts'
import { directoryOrderOf } from './order-of.ts'

/** `/api/v1/people`: who gets mail here, one by one and from files. */
export function peopleRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { directoryViews: views } = parts
  addRoute(app, routes.people, async ({ principal, query }) => {
    const page = pageOf(principal, query)
    const { domain, group } = query
    const of = {
      ...(domain !== undefined && { domain: domain.toLowerCase() }),
      ...(group !== undefined && { group }),
    }
    return toPage(
      await views.personLines(page, of),
      page,
      (each) => each.address,
      (each) => ({ ...each }),
    )
  })
  addRoute(app, routes.seenRecipients, async ({ principal, query }) => {
    const { name: domain } = await findDomain(parts, principal, query.domain)
    const { completeUpTo } = await orAway(parts.search.progress(parts.clock.now()))
    const of = { domain, within: reachOfMail(principal) }
    const unlisted = (addresses: readonly string[]) => views.unlisted(addresses)
    const { lines, backTo } = await orAway(findSeenRecipients(parts.search, of, unlisted, seenBudgetMs))
    return {
      completeUpTo: momentOrNull(completeUpTo),
      lookedBackTo: momentOrNull(backTo),
      lines: lines.map(({ firstAt, lastAt, ...each }) => ({
        ...each,
        firstAt: moment(firstAt),
        lastAt: moment(lastAt),
      })),
    }
  })
  addRoute(app, routes.person, ({ principal, params }) => describePerson(parts, principal, params.address))
  addRoute(app, routes.addPeople, async ({ principal, body }) => {
    const { users, added } = await addUsers(directoryOrderOf(parts, principal), body.people)
    await parts.publish()
    return { added, changed: users.length - added }
  })
  addRoute(app, routes.importPeople, async ({ principal, body }) => {
    const report = await importUsers(directoryOrderOf(parts, principal), {
      open: () => Readable.from([body.csv]),
      strict: body.strict ?? false,
      dryRun: body.dryRun ?? false,
      onProgress: () => undefined,
    }).catch((cause: unknown) => {
      if (cause instanceof UserFileError) throw problems.wrongQuery(cause.message)
      throw cause
    })
    if (report.done) await parts.publish()
    return { ...report, problems: report.problems.slice(0, problemsShown).map((each) => ({ ...each })) }
  })
  addRoute(app, routes.changePerson, async ({ principal, params, body, ifMatch }) => {
    const { address, kind, owner } = await findPerson(parts, principal, params.address)
    const { displayName } = body
    await addUsers(directoryOrderOf(parts, principal, ifMatch), [
      { address, displayName, ...(kind === 'alias' && { aliasOf: owner }) },
    ])
    return describePerson(parts, principal, address)
  })
  addRoute(app, routes.removePerson, async ({ principal, params, ifMatch }) => {
    const known = await findPerson(parts, principal, params.address)
    const order = directoryOrderOf(parts, principal, ifMatch)
    const { users, ended } = await removeUsers(order, [known.address, ...known.aliases])
    await parts.publish()
    const domains = [known.address, ...known.aliases].map(domainOfAddress)
    return { removed: users, ended, held: await heldOf(parts, principal, domains) }
  })
}

const domainOfAddress = (address: string) => address.slice(address.lastIndexOf('@') + 1)
const problemsShown = 50
const seenBudgetMs = 1200

async function findPerson(parts: ApiParts, principal: Principal, address: string): Promise<Person> {
  const found = await parts.directoryViews.person(addressKey(address), withinOf(principal))
  if (!found) throw problems.notFound(`There is no person ${address} in your reach.`)
  return found
}

async function describePerson(parts: ApiParts, principal: Principal, address: string) {
  const { addedAt, aliases, groups, ...found } = await findPerson(parts, principal, address)
  return {
    ...found,
    aliases: [...aliases],
    groups: groups.map((each) => ({ ...each })),
    addedAt: moment(addedAt),
    etag: stateOf(userState(found)),
  }
}
