import { Readable } from 'node:stream'
import { routes } from '@mailkeep/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Principal, reachOfMail } from '#services/access/principal.ts'
import { addressesOf } from '#services/person/addresses-of.ts'
import { countPerson } from '#services/person/count-person.ts'
import { type EraseTaskOrder, eraseKind } from '#services/person/erase-task.ts'
import { recordsOf } from '#services/person/export-person.ts'
import type { PersonRecord, Tenants } from '#services/person/person-store.ts'
import { withPseudonym } from '#services/person/with-pseudonym.ts'
import { tracesOfPerson } from '#services/sync/traces-of-person.ts'
import { startAndWait } from '#services/tasks/start-task.ts'
import { principalOf } from '../access/guard-access.ts'
import { describeTask } from '../answers/describe-task.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { findDomain } from './directory.ts'

const waitMs = 1200
const page = 500

/** Somebody whose data is asked for, and whose records of him are meant. */
interface Whom {
  readonly address: string
  readonly addresses: readonly string[]
  /** Of his domain. */
  readonly tenant: string | null
  readonly tenants: Tenants
}

/** `/api/v1/people/ADDRESS/data`: what is kept about a person, counted, handed out and taken out. */
export function personDataRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { tenancy, readPerson, clock } = parts
  const record = ({ who, ip }: Principal, { tenant }: Whom, what: string, detail: object) =>
    tenancy.recordChange(clock.now(), what, who, detail, { tenant, ip })

  addRoute(app, routes.personData, async ({ principal, params }) => {
    const { address, addresses, tenants } = await findWhom(parts, principal, params.address)
    const { kinds, open } = await countPerson(readPerson, addresses, tenants)
    const { sources } = await tracesOfPerson(traceParts(parts, tenants), addresses)
    const isKnown = (await tenancy.user(address)) !== null
    return {
      ...{ address, isKnown, open },
      addresses: [...addresses],
      kinds: kinds.map((each) => ({ ...each })),
      sources: sources.map((each) => ({ ...each })),
    }
  })
  app.route({
    method: 'GET',
    url: routes.exportPersonData.path,
    config: { access: routes.exportPersonData.access },
    schema: { params: routes.exportPersonData.params },
    async handler(request: FastifyRequest, reply) {
      const principal = principalOf(request)
      const { address } = request.params as { address: string }
      const whom = await findWhom(parts, principal, address)
      // Written down before the first line leaves.
      await record(principal, whom, 'person-exported', { address: whom.address })
      return reply
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="person.jsonl"')
        .type('application/x-ndjson; charset=utf-8')
        .send(Readable.from(linesOf(recordsOf(readPerson, whom.addresses, whom.tenants))))
    },
  })
  addRoute(app, routes.erasePersonData, async ({ principal, params, body }) => {
    const whom = await findWhom(parts, principal, params.address)
    if (body.confirm.trim().toLowerCase() !== whom.address)
      throw problems.wrongQuery(`Write ${whom.address} to confirm; nothing was erased.`)
    const { kinds } = await countPerson(readPerson, whom.addresses, whom.tenants)
    // Looked at while he is still in the directory: by then it is known what sources call him.
    const traces = await tracesOfPerson(traceParts(parts, whom.tenants), whom.addresses)
    await traces.erase()
    const sealed = parts.sealErasure(JSON.stringify(whom.addresses.map(withPseudonym)))
    const order: EraseTaskOrder = { sealed, tenants: whom.tenants }
    const { who, ip, tenant } = principal
    const total = kinds.reduce((sum, { records }) => sum + records, 0)
    const given = { kind: eraseKind, ...{ who, ip, tenant, total }, order: { ...order } }
    const task = await startAndWait(parts.tasks, given, waitMs)
    await parts.publish()
    return { task: describeTask(task), sources: traces.sources.map((each) => ({ ...each })) }
  })
}

/**
 * A person by an address, also one who has left: his domain says whose he is. Aliases out of reach are left out.
 * @throws ApiProblem 404
 */
async function findWhom(parts: ApiParts, principal: Principal, text: string): Promise<Whom> {
  const [address = '', ...others] = await addressesOf(text, parts.tenancy, parts.readPerson)
  const domains = await parts.tenancy.domains()
  const tenantOf = (each: string) =>
    domains.find(({ name }) => name === each.slice(each.lastIndexOf('@') + 1))?.tenant ?? null
  const { tenants } = principal
  // Of a domain that is gone only whoever has the whole site is told.
  if (tenants !== null) await findDomain(parts, principal, address.slice(address.lastIndexOf('@') + 1))
  const isReached = (each: string) => tenants === null || tenants.has(tenantOf(each) ?? '')
  return {
    address,
    addresses: [address, ...others.filter(isReached)],
    tenant: tenantOf(address),
    tenants: reachOfMail(principal)?.tenants ?? null,
  }
}

/** What user sync keeps about somebody, of sources in reach. */
function traceParts({ person, readPerson, sync, scim, clock }: ApiParts, tenants: Tenants) {
  return {
    ...{ sync, scim, now: () => clock.now() },
    eraseLines: (lines: readonly (readonly [string, number])[]) => person.eraseLines(lines),
    async list(addresses: readonly string[], after: string) {
      const { records, next } = await readPerson.list(addresses, 'source', after, page, tenants)
      return { rows: records.map(({ data }) => data), next }
    },
  }
}

async function* linesOf(records: AsyncIterable<PersonRecord>): AsyncGenerator<string> {
  for await (const { kind, data } of records) yield `${JSON.stringify({ kind, ...data })}\n`
}
