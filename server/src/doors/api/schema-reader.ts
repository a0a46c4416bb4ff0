import { Ajv, type Options } from 'ajv'
import formats from 'ajv-formats'

export type { ErrorObject, ValidateFunction } from 'ajv'

/** What compiles schemas of the contract into checks. What they do not name is a fault, and nothing is dropped. */
export function schemaReader(more: Options = {}): Ajv {
  const ajv = new Ajv({ removeAdditional: false, allErrors: false, strict: false, ...more })
  formats.default(ajv, { mode: 'fast' })
  return ajv
}
