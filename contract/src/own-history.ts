import { HistoryTotals, SumKind } from './history.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }
const Figures = Type.Object(
  {
    sums: Type.Array(
      Type.Object(
        {
          kind: SumKind,
          incidents: Type.Integer(),
          minutes: Type.Integer(),
          weightedMinutes: Type.Integer({ description: 'as downtime; see `totals.weights`' }),
        },
        closed,
      ),
    ),
    medianMinutesToNotice: orNull(Type.Integer({ description: 'null: of none' })),
  },
  closed,
)

/** What we tell of ourselves, summed by the same code as the history of others. */
export const OwnHistory = Type.Object(
  {
    totals: HistoryTotals,
    months: Type.Array(
      Type.Object(
        {
          month: Type.String(),
          frozenAt: Moment,
          published: Figures,
          corrected: orNull(Figures),
          corrections: Type.Array(
            Type.Object({ at: Moment, what: Type.String(), why: Type.String() }, closed),
            { description: 'what was found to be otherwise since, oldest first' },
          ),
        },
        { ...closed, description: 'as published when it had ended; these figures never change' },
      ),
      { description: 'newest first, at most 24' },
    ),
  },
  closed,
)
export type OwnHistory = Static<typeof OwnHistory>
