import type { FastifyInstance } from 'fastify'
import { type ErrorObject, schemaReader, type ValidateFunction } from './schema-reader.ts'
import { takeJson } from './take-json.ts'

const unreadable = 'has a letter that no text has: NUL, or half of a pair (a lone surrogate)'
/** Mistakes that are told: what may be one of many things is none of them, and each says why. */
const mostTold = 5

/**
 * Holds questions against the contract. What stands in an address is text and is read as what the contract wants; a
 * body is JSON and means what it says: null is not an empty text there. What the contract does not name is refused, not
 * dropped, since a misspelt filter would find everything. Each schema is compiled when it is first asked: a server has
 * hundreds, and most are never used.
 */
export function checkQuestions(app: FastifyInstance): void {
  const ofAddress = schemaReader({ useDefaults: true, coerceTypes: 'array' })
  const ofBody = schemaReader({ useDefaults: true })
  const unreadableAt = takeJson(app)
  app.setSchemaErrorFormatter(
    (found, part) => new Error(mistakeWords(found as unknown as ErrorObject[], part)),
  )
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const ajv = httpPart === 'body' ? ofBody : ofAddress
    let check: ValidateFunction | null = null
    return (value: unknown) => {
      check ??= ajv.compile(schema as object)
      const isFit = check(value)
      const place = isFit && httpPart === 'body' ? unreadableAt(value) : null
      if (isFit && place === null) return { value }
      // What fastify makes of the faults is the text of the problem.
      const faults = place === null ? (check.errors ?? []) : [{ instancePath: place, message: unreadable }]
      return { error: faults as unknown as Error }
    }
  })
}

/** Where each mistake is and what would be right, as `body/limit must be <= 50`: the console reads the field from it. */
function mistakeWords(found: readonly ErrorObject[], part: string): string {
  const told = found
    .slice(0, mostTold)
    .map((each) => `${part}${each.instancePath} ${each.message ?? 'is not right'}${detailOf(each)}`)
  const left = found.length - told.length
  return `${told.join(', ')}${left > 0 ? `, and ${left} more` : ''}`
}

/** What the words of the validator leave out: which name, and which values there are. */
function detailOf({ keyword, params }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `: ${String(params.additionalProperty).slice(0, 40)}`
  return keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ').slice(0, 500)}` : ''
}
