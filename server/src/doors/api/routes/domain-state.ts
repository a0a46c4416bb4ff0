import { type HopTest, routes, type DomainFlow as ShownFlow } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { besideQuestion } from '#ground/platform/asked-once.ts'
import { connectorRecipe } from '#services/directory/connector-recipe.ts'
import type { DomainLine } from '#services/directory/directory-views.ts'
import { seenLights } from '#services/directory/tend-lights.ts'
import { explainRoute } from '#services/queue/explain-route.ts'
import { relaysFor } from '#services/relay/relays-for.ts'
import { flowLimitsOf } from '#services/statistics/flow-limits.ts'
import { FlowReader } from '#services/statistics/flow-reader.ts'
import { type FlowVerdict, judgeFlow, unreadableFlow } from '#services/statistics/judge-flow.ts'
import { moment, momentOrNull } from '../answers/moment.ts'
import type { ApiParts } from '../api-parts.ts'
import { problems } from '../api-problem.ts'
import { HopTests } from '../hop-tests.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'
import { findDomain } from './directory.ts'
import { pageOf, toPage } from './directory-page.ts'

/** What DNS and other servers get of the two seconds that an answer takes. */
const waitMs = 1400
const recentShown = 25

/** How domains are: lights, next hop, flow, and the way of a mail. */
export function domainStateRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const figures = new FlowReader(parts.statistics, () => parts.clock.now())
  lightRoutes(app, parts, figures)
  hopTestRoutes(app, parts)
  flowRoutes(app, parts, figures)
  addRoute(app, routes.explainRoute, async ({ principal, body }) => {
    const domain = await findDomain(parts, principal, body.recipient.split('@').at(-1) ?? '')
    const { domainViews, tenancy } = parts
    const hop = (name: string) =>
      inTime(domainViews.hop(name), {
        nextHop: domain.nextHop,
        targets: [],
        trouble: 'its servers could not be looked up in time',
        loops: false,
      })
    const found = await explainRoute(
      { directory: tenancy, recipient: domainViews.recipient, hop },
      body.sender,
      body.recipient,
    )
    const { sender, recipient, view, wouldFlow, policy } = found
    const { nextHop, targets, trouble } = found.hop
    return {
      ...{ sender, recipient, wouldFlow, nextHop, trouble },
      reply: view.reply,
      targets: [...targets],
      policy: policy.map((each) => ({ ...each })),
    }
  })
}

function lightRoutes(app: FastifyInstance, parts: ApiParts, figures: FlowReader): void {
  const { domainViews, config, clock, relays, tenancy } = parts
  addRoute(app, routes.domainLights, async ({ principal, params }) => {
    const { name, nextHop, tenant } = await findDomain(parts, principal, params.domain)
    const [{ flows, completeUpTo, unreadable }, sends] = await Promise.all([
      figures.read([name]),
      relaysFor({ relays, directory: tenancy }, { name, tenant }),
    ])
    const lights = await domainViews.lights(name, {
      nextHop,
      sends,
      waitMs,
      lastMailAt: flows[0]?.lastAt ?? null,
      completeUpTo: unreadable === null ? completeUpTo : 0,
      now: clock.now(),
    })
    // Whoever has mended a record and looks here finds it mended in the list too; the next round makes up for a store that is away.
    parts.lights.putLights(seenLights(name, lights, clock.now())).catch(() => undefined)
    return { checkedAt: moment(clock.now()), lights: lights.map((each) => ({ ...each })) }
  })
  addRoute(app, routes.connector, async ({ principal, params }) => {
    const { name } = await findDomain(parts, principal, params.domain)
    const recipe = connectorRecipe(
      name,
      config['site.host'],
      config['delivery.inboundSource'].map((each) => each.split(' ')[0] ?? ''),
    )
    return { ...recipe, addresses: [...recipe.addresses], steps: [...recipe.steps] }
  })
}

function hopTestRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { domainViews, clock } = parts
  const tests = new HopTests(clock, domainViews.probe)
  addRoute(app, routes.testNextHop, async ({ principal, params, body }): Promise<HopTest> => {
    const { name, tenant } = await findDomain(parts, principal, params.domain)
    const recipient = body.recipient ?? `postmaster@${name}`
    if (!recipient.toLowerCase().endsWith(`@${name}`) || /[\s<>]/.test(recipient))
      throw problems.wrongQuery(`${recipient} is no address of ${name}.`)
    const mayInner = principal.rights.has('site.write')
    const { who, ip } = principal
    const told = { domain: name, recipient }
    await besideQuestion(() =>
      parts.tenancy.recordChange(clock.now(), 'next-hop-tested', who, told, { tenant, ip }),
    )
    return tests.start({ domain: name, recipient, who, mayInner }, waitMs)
  })
  addRoute(app, routes.nextHopTest, async ({ principal, params }): Promise<HopTest> => {
    const { name } = await findDomain(parts, principal, params.domain)
    return tests.latest(name, principal.rights.has('site.write'))
  })
}

function flowRoutes(app: FastifyInstance, parts: ApiParts, figures: FlowReader): void {
  const { clock, config, directory, directoryViews: views, reasonText } = parts
  const limitsOf = (domain: string) =>
    flowLimitsOf(config, (address) => directory.settingsOf(address), domain)
  const judged = async (lines: readonly DomainLine[]) => {
    const { completeUpTo, flows, unreadable } = await figures.read(lines.map((each) => each.name))
    const byDomain = new Map(flows.map((each) => [each.domain, each]))
    return {
      completeUpTo: momentOrNull(completeUpTo || null),
      flowOf: (name: string) => byDomain.get(name) ?? null,
      verdictOf: (name: string) =>
        unreadable === null
          ? judgeFlow(byDomain.get(name) ?? null, limitsOf(name), completeUpTo, clock.now())
          : unreadableFlow(unreadable.since),
    }
  }
  addRoute(app, routes.domainFlow, async ({ principal, params }): Promise<ShownFlow> => {
    const domain = await findDomain(parts, principal, params.domain)
    const { completeUpTo, verdictOf, flowOf } = await judged([domain])
    const verdict = verdictOf(domain.name)
    const recent = (flowOf(domain.name)?.recent ?? []).slice(-recentShown).reverse()
    return {
      ...showVerdict(verdict),
      completeUpTo,
      reasons: verdict.reasons.map((each) => ({ ...each, text: reasonText(each.reason) })),
      recent: recent.map(({ messageId, at, ok, reason }) => ({ messageId, at: moment(at), ok, reason })),
    }
  })
  addRoute(app, routes.flow, async ({ principal, query }) => {
    const page = pageOf(principal, query)
    const lines = await views.domainLines(page)
    const { completeUpTo, verdictOf } = await judged(lines)
    const shown = toPage(
      lines,
      page,
      (each) => each.name,
      ({ name, tenant }) => ({ domain: name, tenant, ...showVerdict(verdictOf(name)) }),
    )
    return { completeUpTo, ...shown }
  })
}

const showVerdict = ({ state, messages, failures, lastAt, since, why }: FlowVerdict) => ({
  ...{ state, messages, failures, why },
  lastAt: momentOrNull(lastAt),
  since: momentOrNull(since),
})

/** An answer, or what stands in for it where it takes too long. */
async function inTime<Answer>(work: Promise<Answer>, instead: Answer): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(instead), waitMs)
  })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
