import { type Static, Type } from './schema.ts'

/** What a straight line through measured values says of the time to come. */
export const Outlook = Type.Object(
  {
    kind: Type.Enum(['reached', 'not-within', 'unknown'], {
      description:
        '`reached`: at this pace it is so in `inMs`; `not-within`: not before `inMs` have passed; `unknown`: too little is measured, or it goes up and down',
    }),
    inMs: Type.Union([Type.Integer(), Type.Null()], {
      description: 'milliseconds, roughly; `reached` in 0: it is so already; null: unknown',
    }),
  },
  { additionalProperties: false },
)
export type Outlook = Static<typeof Outlook>
