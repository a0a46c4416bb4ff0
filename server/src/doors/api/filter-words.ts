/** One thing that a question is not as its contract has it, as the validator says it. */
interface Violation {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
}

interface Described {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>
}

/**
 * What is wrong with the query of a question, in words for people: the validator speaks of patterns, the contract says
 * what is meant. Null: the query is not what is wrong.
 * @param schema of the query, as the contract has it
 */
export function filterWords(cause: Error, schema: unknown): string | null {
  const { validation, validationContext } = cause as {
    validation?: readonly Violation[]
    validationContext?: string
  }
  const [found] = validation ?? []
  if (!found || validationContext !== 'querystring') return null
  const name = found.instancePath.slice(1)
  const { description } = (schema as Described | undefined)?.properties?.[name] ?? {}
  return `${sentenceOf(found, name)}.${description ? ` It is for: ${description.replaceAll('`', '')}.` : ''}`
}

function sentenceOf({ keyword, params, message = 'is not right' }: Violation, name: string): string {
  if (keyword === 'additionalProperties')
    return `There is no ${String(params.additionalProperty).slice(0, 40)} here`
  if (keyword === 'required') return `${String(params.missingProperty)} has to be given`
  if (keyword === 'enum') return `${name} is one of ${(params.allowedValues as unknown[]).join(', ')}`
  if (keyword === 'maxLength') return `${name} is longer than ${String(params.limit)} characters`
  if (keyword === 'pattern') return `${name} is not written so that it can be read`
  return `${name} ${message}`
}
