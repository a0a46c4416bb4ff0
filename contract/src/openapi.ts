import { Problem } from './problem.ts'
import type { ApiRoute } from './route.ts'
import { apiRoutes } from './routes.ts'

type Json = Readonly<Record<string, unknown>>
interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
}

/** The contract as an OpenAPI 3.1 document, whose schemas are JSON schemas as they stand here. */
export function openApiDocument(version: string, server: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of apiRoutes) {
    if (!route.path.startsWith('/api/')) continue
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Mailkeep', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: server }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'made by `mailkeep key add`' } },
      schemas: { Problem },
    },
  }
}

function operationOf(route: ApiRoute): Json {
  const { summary, access, path, params, query, body, answer } = route
  // Where the contract says nothing of a part of the path, it is any text.
  const named = (params as ObjectSchema | undefined)?.properties ?? {}
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: named[name] ?? { type: 'string' },
  }))
  return {
    summary: access === 'open' || access === 'signed-in' ? summary : `${summary} Needs the right ${access}.`,
    parameters: [...inPath, ...inQuery(query as ObjectSchema | undefined), ...inHeader(route)],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      200: {
        description: 'done',
        ...(answer && { content: { 'application/json': { schema: answer } } }),
      },
      default: {
        description: 'why not',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    ...(access === 'open' && { security: [] }),
  }
}

/** Fields of the header that a question may or must carry. */
function inHeader({ method, path, matches }: ApiRoute): Json[] {
  const found: Json[] = []
  if (method === 'POST' && path.startsWith('/api/'))
    found.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'The same key and question within a day get the same answer, and are done once.',
      schema: { type: 'string', maxLength: 200 },
    })
  if (matches)
    found.push({
      name: 'If-Match',
      in: 'header',
      required: true,
      description: 'ETag of what is changed, as it was read.',
      schema: { type: 'string' },
    })
  return found
}

function inQuery(query: ObjectSchema | undefined): Json[] {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    schema,
  }))
}
