import { routes, type TaughtDetail, type TaughtLine } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { mayReach, type Principal } from '#services/access/principal.ts'
import { resetLearning, tenantsWithout } from '#services/learning/change-learning.ts'
import type { LayerRecord, TaughtTenant } from '#services/learning/learning-store.ts'
import { weighExamples } from '#services/learning/weigh-examples.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { directoryOrderOf } from './order-of.ts'

const layersShown = 20
/** Examples that are weighed to say what is missing. */
const mostExamples = 1000

/** `/api/v1/learning`: what tenants have taught by reports and releases. */
export function learningRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { tenancy, clock } = parts
  const { learning } = parts.detection
  addRoute(app, routes.taught, async ({ principal, query: { after = '', limit = 25 } }) => {
    const [taught, layers, tenants, off] = await Promise.all([
      learning.readStore.taught(),
      learning.readStore.layers(null),
      tenancy.tenants(),
      tenantsWithout(learning),
    ])
    const known = new Set([...taught, ...layers].map(({ tenant }) => tenant))
    const found = tenants
      .filter(({ id }) => known.has(id) && id > after && mayReach(principal, id, null))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const lines = found.slice(0, limit).map(({ id, name }) =>
      describe(
        { id, name, isOn: !off.has(id) },
        layers,
        taught.find((each) => each.tenant === id),
      ),
    )
    return { lines, next: found.length > limit ? (lines.at(-1)?.tenant ?? null) : null }
  })
  addRoute(app, routes.taughtBy, ({ principal, params }) => show(parts, principal, params.tenant))
  addRoute(app, routes.resetLearning, async ({ principal, params: { tenant } }) => {
    await assertReach(parts, principal, tenant)
    await resetLearning(learning, directoryOrderOf(parts, principal), tenant)
    return { done: 1 }
  })

  async function show(of: ApiParts, principal: Principal, id: string): Promise<TaughtDetail> {
    const { name } = await assertReach(of, principal, id)
    const [taught, layers, off, examples] = await Promise.all([
      learning.readStore.taught(),
      learning.readStore.layers(id),
      tenantsWithout(learning),
      learning.readStore.examples(id, mostExamples),
    ])
    const weighed = await weighExamples(examples, clock.now())
    return {
      ...describe(
        { id, name, isOn: !off.has(id) },
        layers,
        taught.find((each) => each.tenant === id),
      ),
      layers: layers.slice(0, layersShown).map(describeLayer),
      missing: weighed.kind === 'not-enough' ? weighed.why : null,
    }
  }
}

/** What is learnt is of a whole tenant: who reaches some of its domains only does not see it. */
async function assertReach({ tenancy }: ApiParts, principal: Principal, id: string) {
  const found = (await tenancy.tenants()).find((each) => each.id === id)
  if (!found || !mayReach(principal, id, null))
    throw problems.notFound(`There is no tenant ${id.slice(0, 63)} in your reach.`)
  return found
}

function describe(
  { id, name, isOn }: { readonly id: string; readonly name: string; readonly isOn: boolean },
  layers: readonly LayerRecord[],
  taught: TaughtTenant | undefined,
): TaughtLine {
  const latest = layers.find((each) => each.tenant === id)
  return {
    tenant: id,
    name,
    isOn,
    unwanted: taught?.unwanted ?? 0,
    wanted: taught?.wanted ?? 0,
    people: taught?.people ?? 0,
    newestAt: momentOrNull(taught?.newest ?? null),
    layer: latest ? describeLayer(latest) : null,
  }
}

function describeLayer({ version, stage, share, since, madeAt, why, examples }: LayerRecord) {
  return { version, stage, share, since: moment(since), madeAt: moment(madeAt), why, examples }
}
