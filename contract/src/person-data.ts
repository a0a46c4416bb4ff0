import { type Static, Type } from './schema.ts'
import { Task } from './task.ts'

const closed = { additionalProperties: false } as const

/** A source of people that names somebody: what is not ours cannot be taken out here. */
const NamingSource = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    tenant: Type.String(),
    kind: Type.String(),
    isHimself: Type.Boolean({
      description:
        'it has him himself, and brings him back; false: it gives an address of his to somebody else',
    }),
  },
  closed,
)

export const PersonData = Type.Object(
  {
    address: Type.String(),
    isKnown: Type.Boolean({ description: 'false: he is in the directory no more' }),
    addresses: Type.Array(Type.String(), { description: 'he and his aliases, as far as they are in reach' }),
    kinds: Type.Array(Type.Object({ kind: Type.String(), records: Type.Integer() }, closed), {
      description: 'what is kept about him in reach, without content of mail',
    }),
    open: Type.Integer({
      description:
        'deliveries under way, held or in quarantine: they keep his address until they are settled; order it again then',
    }),
    sources: Type.Array(NamingSource),
  },
  closed,
)
export type PersonData = Static<typeof PersonData>

export const EraseOrder = Type.Object(
  { confirm: Type.String({ maxLength: 320, description: 'his address once more' }) },
  closed,
)
export const EraseStarted = Type.Object({ task: Task, sources: Type.Array(NamingSource) }, closed)
export type EraseStarted = Static<typeof EraseStarted>
