import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

/**
 * Holds questions against the contract. What stands in an address is text and is read as what the contract wants; a
 * body is JSON and means what it says: null is not an empty text there. What the contract does not name is refused, not
 * dropped, since a misspelt filter would find everything. Each schema is compiled when it is first asked: a server has
 * hundreds, and most are never used.
 */
export function checkQuestions(app: FastifyInstance): void {
  const common = { useDefaults: true, removeAdditional: false, allErrors: false, strict: false } as const
  const ofAddress = new Ajv({ ...common, coerceTypes: 'array' })
  const ofBody = new Ajv(common)
  for (const each of [ofAddress, ofBody]) formats.default(each, { mode: 'fast' })
  app.setValidatorCompiler(({ schema, httpPart }) => {
    const ajv = httpPart === 'body' ? ofBody : ofAddress
    let check: ValidateFunction | null = null
    return (value: unknown) => {
      check ??= ajv.compile(schema as object)
      // What fastify makes of the faults is the text of the problem.
      return check(value) ? { value } : { error: (check.errors ?? []) as unknown as Error }
    }
  })
}
