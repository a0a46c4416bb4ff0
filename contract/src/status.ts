import { After, Limit, Next } from './policy-paging.ts'
import { type Static, Type } from './schema.ts'
import { givenName, Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

export const ComponentState = Type.Enum([
  ...['operational', 'under_maintenance', 'degraded_performance', 'partial_outage', 'major_outage'],
] as const)
export type ComponentState = Static<typeof ComponentState>
const ComponentId = Type.String({ minLength: 1, maxLength: 40 })

export const AffectedComponent = Type.Object({ id: ComponentId, state: ComponentState }, closed)
export type AffectedComponent = Static<typeof AffectedComponent>

const words = Type.String({ minLength: 1, maxLength: 600 })
/** What every update may say beside its text. */
export const updateWords = {
  unaffected: Type.Optional({ ...words, description: 'what goes on as always' }),
  todo: Type.Optional({ ...words, description: 'what customers have to do' }),
  nextAt: Type.Optional({ ...Moment, description: 'when the next update comes, at the latest' }),
}
/** The same as it was said. */
export const saidWords = {
  unaffected: orNull(Type.String()),
  todo: orNull(Type.String()),
  nextAt: orNull(Moment),
}

const Override = Type.Object(
  { state: ComponentState, until: Moment, why: Type.String(), who: Type.String(), at: Moment },
  closed,
)
export const StatusComponent = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    isHidden: Type.Boolean({ description: 'the public sees neither it nor its parts' }),
    parent: orNull(Type.String({ description: 'the component that it is a part of' })),
    probes: Type.Array(Type.String(), { description: 'what measures it; none: it is told by hand' }),
    state: orNull(ComponentState),
    basis: Type.Enum(['told', 'suspected', 'measured', 'unmeasured'], {
      description: 'whose word the state is; unmeasured: nothing is known, and `state` is null',
    }),
    isSuspected: Type.Boolean({ description: 'itself, and not by one of its parts: it can be confirmed' }),
    since: orNull(Moment),
    unmeasuredSince: orNull(
      Type.String({
        format: 'date-time',
        description: 'of a suspicion: since when nothing more was measured of it',
      }),
    ),
    measuredAt: orNull(
      Type.String({ format: 'date-time', description: 'beginning of the last minute that was looked at' }),
    ),
    words: Type.String({ description: 'what fails, for the house alone; empty: nothing' }),
    override: orNull(Override),
    incident: orNull(Type.String({ description: 'an open incident that says so' })),
    etag: Type.String({ description: 'of its name, place and probes: for If-Match' }),
  },
  closed,
)
export type StatusComponent = Static<typeof StatusComponent>

export const StatusView = Type.Object(
  {
    indicator: Type.Enum(['none', 'maintenance', 'minor', 'major', 'critical']),
    description: Type.String({ description: 'the whole in words, as the public reads it' }),
    url: orNull(Type.String({ description: 'where the public reads it; null: `status.url` is not set' })),
    components: Type.Array(StatusComponent, { description: 'in the order of the page' }),
    probes: Type.Array(Type.String(), { description: 'all that can measure a component' }),
    offered: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }, closed), {
      description: 'components of the platform that are measured, and not on the page yet',
    }),
  },
  closed,
)
export type StatusView = Static<typeof StatusView>

export const StatusDays = Type.Object(
  {
    first: Type.String({ description: 'the first day, such as `2027-06-09` (UTC)' }),
    components: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          states: Type.Array(orNull(ComponentState), {
            description: 'a day each, oldest first; null: nothing is known of it',
          }),
          badMinutes: Type.Array(Type.Integer(), { description: 'minutes of each day with a fault' }),
          percent: orNull(
            Type.Number({
              description: 'of the measured minutes: an outage counts whole, a partial one half',
            }),
          ),
          minutes: Type.Integer({ description: 'that were measured' }),
        },
        closed,
      ),
    ),
  },
  closed,
)
export type StatusDays = Static<typeof StatusDays>

export const NewComponent = Type.Object(
  {
    name: givenName(120),
    description: Type.String({ maxLength: 300 }),
    parent: orNull(ComponentId),
    probes: Type.Array(Type.String({ pattern: '^[a-z][a-z-]{0,39}$' }), { maxItems: 20 }),
    isHidden: Type.Boolean(),
    after: Type.Optional(
      orNull({ ...ComponentId, description: 'the one that it stands after; null: it is the first' }),
    ),
  },
  closed,
)
export type NewComponent = Static<typeof NewComponent>
export const StandardComponents = Type.Object(
  {
    ids: Type.Optional(Type.Array(ComponentId, { maxItems: 50, description: 'absent: all' })),
    isHidden: Type.Optional(Type.Boolean({ description: 'they are measured, and not shown to the public' })),
  },
  closed,
)
export const ComponentParams = Type.Object({ component: ComponentId }, closed)
export const AddedComponents = Type.Object({ added: Type.Array(Type.String()) }, closed)
export const Confirmation = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 4000, description: 'what the public reads' }),
    name: Type.Optional(givenName(120)),
    ...updateWords,
  },
  closed,
)
export const StatusOverride = Type.Object(
  { override: orNull(Override), etag: Type.String({ description: 'for If-Match' }) },
  closed,
)
export type StatusOverride = Static<typeof StatusOverride>
export const NewOverride = Type.Object(
  {
    state: ComponentState,
    minutes: Type.Integer({ minimum: 1, maximum: 10_080, description: 'a week at most' }),
    why: Type.String({ minLength: 3, maxLength: 300, description: 'never published' }),
  },
  closed,
)

const PhaseState = Type.Enum(['scheduled', 'in_progress', 'verifying', 'completed'])
const Phase = Type.Enum(['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'])
export const PlannedWork = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    state: Phase,
    from: Moment,
    until: Moment,
    endedAt: orNull(Moment),
    overrunMinutes: Type.Integer({ description: 'how much longer it takes than planned; 0: it does not' }),
    components: Type.Array(Type.String()),
    impact: Type.Enum(['none', 'minor', 'major', 'critical']),
    isShortNotice: Type.Boolean({ description: 'announced less than five days ahead' }),
    etag: Type.String({ description: 'for If-Match' }),
    updates: Type.Array(
      Type.Object(
        { id: Type.String(), at: Moment, state: Type.String(), text: Type.String(), ...saidWords },
        closed,
      ),
      { description: 'oldest first' },
    ),
  },
  closed,
)
export type PlannedWork = Static<typeof PlannedWork>
export const PlannedWorkList = Type.Object(
  { lines: Type.Array(PlannedWork, { description: 'what is on and what comes, then that of 90 days' }) },
  closed,
)
const text = Type.String({ minLength: 1, maxLength: 4000 })
export const NewPlannedWork = Type.Object(
  {
    name: givenName(120),
    text,
    from: Moment,
    until: { ...Moment, description: 'a week later at most' },
    components: Type.Array(ComponentId, { maxItems: 50 }),
    impact: Type.Optional(
      Type.Enum(['none', 'minor', 'major', 'critical'], {
        description: 'what customers will feel; if absent minor where it names components, else none',
      }),
    ),
    isShortNotice: Type.Optional(
      Type.Boolean({
        description: 'it is known to be announced less than five days ahead, and the page says so',
      }),
    ),
    ...updateWords,
  },
  closed,
)
export const PlannedWorkParams = Type.Object({ work: Type.String({ pattern: '^[0-9a-f]{12}$' }) }, closed)
export const NewPlannedTime = Type.Object(
  {
    from: Type.Optional({ ...Moment, description: 'as it is if absent; work that has begun keeps it' }),
    until: Type.Optional({
      ...Moment,
      description: 'as it is if absent; a week after the beginning at most',
    }),
    text: { ...text, description: 'why, for the public' },
    isShortNotice: Type.Optional(
      Type.Boolean({ description: 'the new beginning is known to be less than five days ahead' }),
    ),
    ...updateWords,
  },
  closed,
)
export const CancelledWork = Type.Object({ text: { ...text, description: 'why, for the public' } }, closed)
export const NewPlannedWorkUpdate = Type.Object({ state: PhaseState, text, ...updateWords }, closed)

export const StatusSubscriber = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum(['mail', 'webhook']),
    address: Type.String(),
    components: Type.Array(Type.String(), { description: 'none: all' }),
    confirmedAt: orNull(Moment),
  },
  closed,
)
export type StatusSubscriber = Static<typeof StatusSubscriber>
export const StatusSubscribersQuery = Type.Object(
  { after: Type.Optional(After), limit: Type.Optional(Limit) },
  closed,
)
export const StatusSubscriberList = Type.Object(
  {
    confirmed: Type.Integer({ description: 'how many are told' }),
    asked: Type.Integer({ description: 'how many have not confirmed yet, and hear nothing' }),
    lines: Type.Array(StatusSubscriber, { description: 'by address' }),
    next: Next,
  },
  closed,
)
export const StatusSubscriberParams = Type.Object(
  { subscriber: Type.String({ minLength: 1, maxLength: 40 }) },
  closed,
)
