import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

export const DkimAlgorithm = Type.Enum(['rsa', 'ed25519'])
export const DkimKeyParams = Type.Object(
  { domain: Type.String({ maxLength: 255 }), selector: Type.String({ maxLength: 63 }) },
  closed,
)
export const DkimKeyView = Type.Object(
  {
    domain: Type.String(),
    selector: Type.String(),
    algorithm: DkimAlgorithm,
    state: Type.Enum(['waiting', 'active', 'retired'], {
      description:
        'waiting: its record is not in DNS, so it signs nothing; active: it signs; retired: another one signs, its record has to stay for now',
    }),
    record: Type.Object(
      { name: Type.String(), value: Type.String() },
      { ...closed, description: 'the TXT record to put into DNS' },
    ),
    madeAt: Moment,
    madeBy: Type.String(),
    activeAt: orNull(Moment),
    retiredAt: orNull(Moment),
    checkedAt: orNull(Moment),
  },
  closed,
)
export type DkimKeyView = Static<typeof DkimKeyView>
export const DkimKeyList = Type.Object({ lines: Type.Array(DkimKeyView) }, closed)
export const NewDkimKey = Type.Object({ algorithm: DkimAlgorithm }, closed)
export const DkimChecks = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        { key: DkimKeyView, found: Type.Enum(['published', 'missing', 'other', 'unknown']) },
        closed,
      ),
    ),
  },
  closed,
)
