import type { IncomingHttpHeaders } from 'node:http'
import { type ApiRoute, apiRoutes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { problems } from './api-problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What is sent here is JSON; another kind would be read as something else than was meant. */
    readonly takesJson?: boolean
  }
}

/** Where the contract takes nothing: what is sent anyway was meant to limit or to say something. */
const noQuery = { type: 'object', properties: {}, additionalProperties: false } as const
const noBody = { ...noQuery, type: ['object', 'null'] } as const

const contract: ReadonlyMap<string, ApiRoute> = new Map(
  apiRoutes
    .filter(({ path }) => path.startsWith('/api/'))
    .map((each) => [`${each.method} ${each.path}`, each]),
)

/**
 * Gives each address of the API the whole of its contract, also where its contract says nothing: a filter that is asked
 * of an address without filters is refused, and not ignored. Made before the first address is put on the door.
 */
export function holdToContract(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const method = route.method === 'HEAD' ? 'GET' : String(route.method)
    const known = contract.get(`${method} ${route.url}`)
    if (!known) return
    const { params, query, body, orRight } = known
    route.schema = {
      ...(params && { params }),
      querystring: query ?? noQuery,
      ...(method !== 'GET' && { body: body ?? noBody }),
      ...route.schema,
    }
    route.config = { ...route.config, orRight, takesJson: method !== 'GET' }
  })
  // Forms are read for our own pages, and have no fields that a schema would find: an order for some would mean all.
  app.addHook('onRequest', async ({ routeOptions, headers }) => {
    if (routeOptions.config?.takesJson && hasBody(headers) && !isJson(headers['content-type']))
      throw problems.notJson()
  })
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function isJson(type = ''): boolean {
  return /^application\/json[ \t]*(?:;|$)/i.test(type)
}
