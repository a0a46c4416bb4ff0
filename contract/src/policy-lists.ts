import { Level } from './policy-levels.ts'
import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { Moment, orNull, Scope } from './shared.ts'

export const SenderKind = Type.Enum(['allow', 'block'])
export type SenderKind = Static<typeof SenderKind>

export const SendersQuery = Type.Object(
  {
    scope: Type.Optional(Scope),
    level: Type.Optional(Level),
    kind: Type.Optional(SenderKind),
    find: Type.Optional(Type.String({ maxLength: 320, description: 'part of an address or domain' })),
    after: Type.Optional(After),
    limit: Type.Optional(Limit),
  },
  { additionalProperties: false },
)
export type SendersQuery = Static<typeof SendersQuery>

export const SenderLine = Type.Object(
  {
    level: Type.String(),
    kind: SenderKind,
    entry: Type.String(),
    addedAt: Moment,
    addedBy: Type.String(),
  },
  { additionalProperties: false },
)
export type SenderLine = Static<typeof SenderLine>

export const SenderList = Type.Object(
  {
    lines: Type.Array(SenderLine, { description: 'of one level; without `level` of all in reach' }),
    next: Next,
    total: Type.Integer({ description: 'entries that the question finds on all pages' }),
  },
  { additionalProperties: false },
)
export type SenderList = Static<typeof SenderList>

const Entries = Type.Array(Type.String({ maxLength: 400 }), { minItems: 1, maxItems: 5000 })

export const SendersOrder = Type.Object(
  {
    level: Level,
    kind: SenderKind,
    entries: Entries,
    try: Type.Optional(Type.Boolean({ description: 'true: nothing is changed' })),
  },
  { additionalProperties: false },
)
export const SendersImport = Type.Object(
  {
    level: Level,
    kind: Type.Optional(SenderKind),
    csv: Type.String({
      maxLength: 900_000,
      description: 'a line an entry: `KIND,ENTRY`, or `ENTRY` alone where `kind` is named; at most 5000',
    }),
    try: Type.Optional(Type.Boolean({ description: 'true: nothing is changed' })),
  },
  { additionalProperties: false },
)
export const SendersRemoval = Type.Object(
  { level: Level, kind: SenderKind, entries: Entries },
  { additionalProperties: false },
)

const EntryNote = Type.Object({ entry: Type.String(), text: Type.String() }, { additionalProperties: false })

export const SendersDone = Type.Object(
  {
    added: Type.Array(Type.String()),
    already: Type.Array(Type.String()),
    notices: Type.Array(EntryNote, { description: 'what you may not expect' }),
    refused: Type.Array(EntryNote, { description: 'with the reason' }),
    version: orNull(Type.Integer({ description: 'null: nothing was changed' })),
  },
  { additionalProperties: false },
)
export type SendersDone = Static<typeof SendersDone>
