import { type Static, Type } from './schema.ts'

/** An error as RFC 9457 has it. */
export const Problem = Type.Object(
  { type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String() },
  { additionalProperties: false },
)
export type Problem = Static<typeof Problem>
