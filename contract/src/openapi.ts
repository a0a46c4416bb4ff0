import { Problem } from './problem.ts'
import { type ApiRoute, isAnsweredOnce } from './route.ts'
import { routes } from './routes.ts'

type Json = Readonly<Record<string, unknown>>
interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>
  readonly required?: readonly string[]
}

/** The contract as an OpenAPI 3.1 document, whose schemas are JSON schemas as they stand here. */
export function openApiDocument(version: string, server: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of Object.entries(routes) as [string, ApiRoute][]) {
    if (!route.path.startsWith('/api/')) continue
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) }
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

/** @param name what programs made of the document call the operation */
function operationOf(name: string, route: ApiRoute): Json {
  const { summary, access, orRight, path, params, query, body } = route
  const needed = orRight === undefined ? access : `${access} or ${orRight}`
  // Where the contract says nothing of a part of the path, it is any text.
  const named = (params as ObjectSchema | undefined)?.properties ?? {}
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: named[name] ?? { type: 'string' },
  }))
  return {
    operationId: name,
    summary: access === 'open' || access === 'signed-in' ? summary : `${summary} Needs the right ${needed}.`,
    parameters: [...inPath, ...inQuery(query as ObjectSchema | undefined), ...inHeader(route)],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      200: { description: 'done', ...headersOf(route), content: contentOf(route) },
      default: {
        description: 'why not',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    ...(access === 'open' && { security: [] }),
  }
}

/** An answer without a schema has the kinds that its address has. */
function contentOf({ answer, media = [] }: ApiRoute): Json {
  if (answer) return { 'application/json': { schema: answer } }
  return Object.fromEntries(media.map((kind) => [kind, {}]))
}

/** What an answer is changed by later. */
function headersOf({ answer, tagged, matches }: ApiRoute): Json {
  const hasTag = tagged || matches || Object.hasOwn((answer as ObjectSchema)?.properties ?? {}, 'etag')
  return hasTag ? { headers: { ETag: { description: 'for If-Match', schema: { type: 'string' } } } } : {}
}

/** Fields of the header that a question may or must carry. */
function inHeader(route: ApiRoute): Json[] {
  const { matches, mayMatch } = route
  const found: Json[] = []
  if (isAnsweredOnce(route))
    found.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'The same key and question within a day get the same answer, and are done once. 409: it is being done (`Retry-After`), or its answer was shown once, or it was begun and cut off (type `cut-off`); 422: the key was used for another question.',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
    })
  if (matches || mayMatch)
    found.push({
      name: 'If-Match',
      in: 'header',
      required: matches === true,
      description: `ETag of what is changed, as it was read; 412: somebody was faster${matches ? '; 428: it is missing' : ''}.`,
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
