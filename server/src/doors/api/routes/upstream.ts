import { routes, type UpstreamView } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import type { FeedView } from '#services/upstream/upstream-views.ts'
import { describeTheirs, describeUpstream } from '../answers/describe-upstream.ts'
import { momentOrNull } from '../answers/moment.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const shownMs = 30 * 86_400_000

/** `/api/v1/upstream`: faults of others. */
export function upstreamRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  addRoute(app, routes.upstream, async () => {
    const now = parts.clock.now()
    const { faults, feeds } = await parts.upstream.view(now - shownMs, now)
    return {
      faults: faults.map(describeUpstream),
      feeds: feeds.map(feedOf),
    }
  })
}

function feedOf(feed: FeedView): UpstreamView['feeds'][number] {
  const { name, url, hops, state, silentSince, incidents, own } = feed
  return {
    ...{ name, url, hops: [...hops], fault: state?.fault ?? '' },
    askedAt: momentOrNull(state?.askedAt ?? null),
    answeredAt: momentOrNull(state?.answeredAt ?? null),
    silentSince: momentOrNull(silentSince),
    incidents: incidents.map(describeTheirs),
    own: {
      ...{ tries: own.tries, deferred: own.deferred },
      firstDeferredAt: momentOrNull(own.firstDeferredAt),
      lastDeferredAt: momentOrNull(own.lastDeferredAt),
    },
  }
}
