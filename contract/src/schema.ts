import type { Type as TypeBox } from 'typebox'

export type { Static, TSchema } from 'typebox'

type Kinds =
  | 'String'
  | 'Integer'
  | 'Number'
  | 'Boolean'
  | 'Null'
  | 'Array'
  | 'Object'
  | 'Union'
  | 'Enum'
  | 'Optional'
type Schema = Readonly<Record<string, unknown>>

const optional = new WeakSet<object>()

/**
 * JSON schemas with the types of TypeBox, whose builders these are by type alone: the library itself is hundreds of
 * modules, and a server that only sends schemas around need not hold them.
 */
export const Type = {
  String: (options?: Schema) => ({ type: 'string', ...options }),
  Integer: (options?: Schema) => ({ type: 'integer', ...options }),
  Number: (options?: Schema) => ({ type: 'number', ...options }),
  Boolean: (options?: Schema) => ({ type: 'boolean', ...options }),
  Null: (options?: Schema) => ({ type: 'null', ...options }),
  Array: (items: Schema, options?: Schema) => ({ type: 'array', items, ...options }),
  Union: (anyOf: readonly Schema[], options?: Schema) => ({ anyOf, ...options }),
  Enum: (values: readonly unknown[], options?: Schema) => ({ enum: values, ...options }),
  Optional: (schema: Schema) => {
    const copy = { ...schema }
    optional.add(copy)
    return copy
  },
  Object: (properties: Readonly<Record<string, Schema>>, options?: Schema) => ({
    type: 'object',
    required: Object.keys(properties).filter((name) => !optional.has(properties[name] ?? {})),
    properties,
    ...options,
  }),
} as unknown as Pick<typeof TypeBox, Kinds>
