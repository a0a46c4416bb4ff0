import { type ApiRoute, apiRoutes, Problem } from '@mailkeep/contract'

/** What a JSON schema says, as far as the page shows it. */
interface Schema {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly default?: unknown
}

/** Sections of docs/reference/api.md: every address, its parameters and the fields of its answer. */
export function apiSections(table: (head: readonly string[], rows: readonly string[][]) => string): string[] {
  const head = ['field', 'type', 'meaning']
  const ofRoute = (route: ApiRoute) => {
    const { method, path, summary, query, body, answer, matches, mayMatch } = route
    return [
      `## ${method} ${path}`,
      `${summary} ${forWhom(route)}${matches ? ' Needs `If-Match`.' : mayMatch ? ' Takes `If-Match`.' : ''}`,
      ...(query ? [table(['parameter', 'type', 'meaning'], fields(query as Schema))] : []),
      ...(body ? ['Asked with:', table(head, fields(body as Schema)), 'The answer:'] : []),
      ...(answer ? [table(head, fields(answer as Schema))] : []),
    ].join('\n\n')
  }
  const errors = `## Errors\n\nAs \`application/problem+json\` (RFC 9457).\n\n${table(head, fields(Problem as Schema))}`
  return [...apiRoutes.map(ofRoute), errors]
}

function forWhom({ access, orRight }: ApiRoute): string {
  if (access === 'open') return 'Open.'
  return access === 'signed-in'
    ? 'For whoever has signed in or shows a key.'
    : `Needs the right \`${access}\`${orRight ? ` or \`${orRight}\`` : ''}.`
}

/** One row a field; fields within fields carry the way to them. */
function fields(schema: Schema, before = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, given]) => {
    const isOptional = !(schema.required ?? []).includes(name)
    const { schema: found, words } = unwrap(given)
    const path = `${before}${name}${found.type === 'array' ? '[]' : ''}`
    const meaning = [given.description ?? found.description, words].filter((each) => each).join('; ')
    const inner = found.type === 'array' ? unwrap(found.items ?? {}).schema : found
    return [
      [`\`${path}\``, `${typeOf(inner)}${isOptional ? ', optional' : ''}`, capital(meaning)],
      ...fields(inner, `${path}.`),
    ]
  })
}

/** A value that may be null, without the null. */
function unwrap(schema: Schema): { schema: Schema; words: string } {
  const others = schema.anyOf?.filter((each) => each.type !== 'null')
  const [first] = others ?? []
  if (!first || others?.length !== 1) return { schema, words: limitsOf(schema) }
  const words = schema.description?.includes('null:') ? '' : 'may be null'
  return { schema: first, words: [limitsOf(first), words].filter((each) => each).join('; ') }
}

function typeOf({ type, enum: words, format }: Schema): string {
  if (words) return words.map((each) => `\`${each}\``).join(', ')
  return format === 'date-time' ? 'moment' : (type ?? 'anything')
}

function limitsOf(schema: Schema): string {
  const { minimum, maximum, maxLength, default: usual } = schema
  return [
    minimum !== undefined && maximum !== undefined && `${minimum} to ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    usual !== undefined && `${usual} if absent`,
  ]
    .filter((each) => each)
    .join('; ')
}

function capital(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
