import { Type } from './schema.ts'
import { orNull } from './shared.ts'

export const Limit = Type.Integer({ minimum: 1, maximum: 50, default: 25 })
export const After = Type.String({ maxLength: 800, description: '`next` of the page before' })
export const Next = orNull(Type.String({ description: '`after` of the next page; null: this is the last' }))
