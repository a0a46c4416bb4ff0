import { openApiDocument, Problem } from '../../contract/src/index.ts'
import { schemaReader, type ValidateFunction } from '../../server/src/doors/api/schema-reader.ts'

/** What came of a question, as far as the contract speaks of it. */
interface Answered {
  readonly code: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}
interface Operation {
  readonly responses: { readonly 200: { readonly content: Readonly<Record<string, { schema?: object }>> } }
}

/** What programs of others are told; what we answer is held against that, and not against our types. */
const document = openApiDocument('0', '/') as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
const paths = Object.entries(document.paths).map(([path, operations]) => ({
  parts: path.split('/'),
  operations,
}))
const reader = schemaReader({ allErrors: true })
const checks = new Map<object, ValidateFunction>()

/** Why an answer of the API is not as its OpenAPI document says; null: it is, or the document says nothing of it. */
export function misfitOf(method: string, url: string, answer: Answered): string | null {
  const [path = ''] = url.split('?')
  if (!path.startsWith('/api/')) return null
  if (answer.code >= 400) return problemMisfit(answer)
  if (answer.code !== 200) return null
  const operation = operationAt(method, path)
  if (!operation) return 'the document does not know this address'
  const kind = kindOf(answer)
  const { content } = operation.responses[200]
  if (!Object.hasOwn(content, kind)) return `it is ${kind}, not ${Object.keys(content).join(' or ')}`
  const schema = content[kind]?.schema
  return schema === undefined ? null : schemaMisfit(schema, answer.body)
}

/** The address whose fixed parts are the most, as the server chooses. */
function operationAt(method: string, path: string): Operation | undefined {
  const parts = path.split('/')
  const fixed = (pattern: readonly string[]) =>
    pattern.map((each) => (each.startsWith('{') ? '1' : '0')).join('')
  const [found] = paths
    .filter(
      ({ parts: pattern, operations }) =>
        operations[method.toLowerCase()] !== undefined &&
        pattern.length === parts.length &&
        pattern.every((each, n) => each.startsWith('{') || each === parts[n]),
    )
    .sort((a, b) => fixed(a.parts).localeCompare(fixed(b.parts)))
  return found?.operations[method.toLowerCase()]
}

function problemMisfit({ code, headers, body }: Answered): string | null {
  if (kindOf({ headers }) !== 'application/problem+json') return `a fault is ${kindOf({ headers })}`
  const wrong = schemaMisfit(Problem, body)
  if (wrong !== null) return wrong
  if ((JSON.parse(body) as { status: number }).status !== code) return 'its status is another one'
  if (code === 405 && headers.allow === undefined) return 'it does not say what would be allowed'
  if (code === 429 && headers['retry-after'] === undefined) return 'it does not say when to come again'
  return null
}

function schemaMisfit(schema: object, body: string): string | null {
  const check = checks.get(schema) ?? reader.compile(schema)
  checks.set(schema, check)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return 'it is no JSON'
  }
  if (check(value)) return null
  const told = (check.errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`)
  return told.join('; ')
}

function kindOf({ headers }: Pick<Answered, 'headers'>): string {
  return String(headers['content-type'] ?? 'nothing').split(';')[0] ?? ''
}
