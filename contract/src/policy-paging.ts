import { type TSchema, Type } from './schema.ts'
import { orNull } from './shared.ts'

export const Limit = Type.Integer({ minimum: 1, maximum: 50, default: 25 })
export const After = Type.String({ maxLength: 800, description: '`next` of the page before' })
export const Next = orNull(Type.String({ description: '`after` of the next page; null: this is the last' }))

/** In a question: a value, or null. Null comes first, since a check that meets a text first makes an empty one of it. */
export function nullOr<Value extends TSchema>(value: Value) {
  return Type.Union([Type.Null(), value])
}
