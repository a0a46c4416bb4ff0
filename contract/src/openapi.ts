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

function operationOf({ summary, access, path, params, query, body, answer }: ApiRoute): Json {
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
    parameters: [...inPath, ...inQuery(query as ObjectSchema | undefined)],
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

function inQuery(query: ObjectSchema | undefined): Json[] {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    schema,
  }))
}
