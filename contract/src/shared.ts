import { type Static, type TSchema, Type } from './schema.ts'

/** A moment in UTC, as in RFC 3339. */
export const Moment = Type.String({ format: 'date-time' })

/** What a message or one of its recipients can have come to. `refused`: in the dialogue, so never ours. */
export const MailState = Type.Enum(
  ['waiting', 'delivered', 'returned', 'quarantined', 'held', 'sealed', 'discarded', 'refused'],
  { description: 'refused: in the SMTP dialogue; the others: states of what was accepted' },
)
export type MailState = Static<typeof MailState>

export const Direction = Type.Enum(['inbound', 'outbound', 'own'])

/** A name that somebody gives to a thing: nobody finds one of blanks again. */
export const givenName = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' })

/** A value, or null where there is none. */
export function orNull<Value extends TSchema>(value: Value) {
  return Type.Union([value, Type.Null()])
}

/** Says that a part of an answer is not there: unknown is shown as unknown. */
export const Missing = Type.Object({ since: Moment, why: Type.String() }, { additionalProperties: false })
export type Missing = Static<typeof Missing>

/** A part of an answer that its store may fail to give: `value` or `missing` is null, never both. */
export function part<Value extends TSchema>(value: Value) {
  return Type.Object({ value: orNull(value), missing: orNull(Missing) }, { additionalProperties: false })
}

/** What `part` describes. */
export interface Part<Value> {
  value: Value | null
  missing: Missing | null
}

export const CompleteUpTo = Type.Union([Moment, Type.Null()], {
  description:
    'The ledger was last read at this moment: nothing older is left out. null: not once since the start',
})

/** What a question is limited to; the page has it in its address too. */
export const Scope = Type.String({
  maxLength: 400,
  pattern: '^(tenant|domain|group|user):.+$',
  description:
    '`tenant:ID` (with everything below it), `domain:NAME`, or for mail `group:DOMAIN/NAME` or `user:ADDRESS` (all who are in it now, aliases and all); without it: everything in reach. 404: none such is in reach',
})

export const ScopeQuery = Type.Object({ scope: Type.Optional(Scope) }, { additionalProperties: false })

/** Bounds of a number, as a question has them. */
export const numbers = (what: string) =>
  Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^((gt|geq|lt|leq|eq):)?-?[0-9.]+(,((gt|geq|lt|leq|eq):)?-?[0-9.]+)*$',
      description: `${what}: such as \`geq:1000\` or \`gt:10,leq:20\`; there are gt, geq, lt, leq, eq`,
    }),
  )
