import { type Static, Type } from './schema.ts'
import { Moment, orNull } from './shared.ts'

const closed = { additionalProperties: false }

export const Severity = Type.Enum(['critical', 'error', 'warning'])
const alarm = {
  name: Type.String({ description: 'see [alarms](alarms.md)' }),
  subject: Type.String(),
  text: Type.String(),
  severity: Severity,
  since: Moment,
  clearedAt: orNull(Moment),
  withdrawn: orNull(Type.String({ description: 'why it was wrong' })),
}

export const AlarmLine = Type.Object(
  {
    ...alarm,
    earlier: Type.Array(Type.Object({ text: Type.String(), until: Moment }, closed), {
      description:
        'what it said before, the newest first, 20 at most: figures follow, and one text of five minutes is kept',
    }),
    tenant: orNull(Type.String()),
    acknowledged: orNull(
      Type.Object(
        { at: Moment, who: Type.String() },
        { ...closed, description: 'null: nobody of those in reach has said that he looks after it' },
      ),
    ),
    isTold: Type.Boolean({ description: 'somebody in reach is told of it, so it can be acknowledged' }),
    incident: orNull(
      Type.String({ description: 'the open incident that it speaks of; null: none, or not yours to see' }),
    ),
  },
  closed,
)
export type AlarmLine = Static<typeof AlarmLine>
const advice = Type.Array(
  Type.Object(
    {
      name: alarm.name,
      means: Type.String({ description: 'what an alarm of this kind means' }),
      todo: Type.String({ description: 'what to do; what stands in backquotes is typed as it is' }),
    },
    closed,
  ),
  { description: 'of each kind of alarm in `lines` that this version knows, by name' },
)
export const AlarmList = Type.Object(
  {
    lines: Type.Array(AlarmLine, {
      description:
        'open ones and those of the last day; open ones first, the worst before others, then the oldest; 200 at most',
    }),
    advice,
    count: Type.Integer({ description: 'how many there are in all' }),
    open: Type.Object(
      {
        ...{ critical: Type.Integer(), error: Type.Integer(), warning: Type.Integer() },
        ofIncidents: Type.Integer({ description: 'how many of them speak of an open incident' }),
        kinds: Type.Array(
          Type.Object(
            {
              name: Type.String(),
              incident: orNull(Type.String({ description: 'the open incident that they speak of' })),
              severity: Severity,
              count: Type.Integer(),
              since: { ...Moment, description: 'of the oldest' },
            },
            closed,
          ),
          { description: 'the same by name and incident' },
        ),
      },
      { ...closed, description: 'how many are open, also those that `lines` has no room for' },
    ),
  },
  closed,
)
export type AlarmList = Static<typeof AlarmList>

const named = { name: Type.String({ maxLength: 60 }), subject: Type.String({ maxLength: 400 }) }
export const AlarmWithdrawal = Type.Object(
  { ...named, why: Type.String({ minLength: 3, maxLength: 500 }) },
  closed,
)
export const AlarmName = Type.Object(named, closed)
export const Acknowledged = Type.Object(
  { acknowledged: Type.Integer({ description: 'notices that nobody had acknowledged before' }) },
  closed,
)

const Form = Type.Enum(['mail', 'webhook', 'slack', 'pagerduty'], {
  description:
    'what is sent: a mail; our own JSON, signed; an incoming webhook of Slack; PagerDuty Events API v2',
})
const AfterMinutes = Type.Integer({
  minimum: 0,
  maximum: 1440,
  description: '0: at once; else so long after those, where nobody has acknowledged it',
})
export const AlarmTarget = Type.Object(
  {
    form: Form,
    address: Type.String({ description: 'of a program only its host and its end' }),
    afterMinutes: AfterMinutes,
    failingSince: orNull({ ...Moment, description: 'null: it takes what it is told, as far as is known' }),
    error: Type.String(),
  },
  closed,
)
export type AlarmTarget = Static<typeof AlarmTarget>
const QuietHours = Type.Object(
  {
    days: Type.Array(Type.Enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), {
      maxItems: 7,
      description: 'days on which they begin; none: every day',
    }),
    from: Type.String({ pattern: '^\\d\\d:\\d\\d$', description: 'such as 22:00' }),
    to: Type.String({ pattern: '^\\d\\d:\\d\\d$', description: 'not after `from`: on the next day' }),
    zone: Type.String({ maxLength: 64, description: 'such as Europe/Berlin' }),
    holdsCritical: Type.Boolean({ description: 'critical alarms wait too' }),
  },
  closed,
)
export type QuietHours = Static<typeof QuietHours>

const scope = Type.String({ maxLength: 320, pattern: '^(tenant|domain):.+$' })
const names = Type.Array(Type.String({ maxLength: 60 }), { maxItems: 50, description: 'none: all alarms' })
export const Subscription = Type.Object(
  {
    ...{ id: Type.String(), tenant: Type.String(), scope, names },
    targets: Type.Array(AlarmTarget),
    quiet: orNull(QuietHours),
    createdAt: Moment,
    createdBy: Type.String(),
    etag: Type.String({ description: 'for If-Match' }),
  },
  closed,
)
export type Subscription = Static<typeof Subscription>
export const SubscriptionList = Type.Object({ lines: Type.Array(Subscription) }, closed)
export type SubscriptionList = Static<typeof SubscriptionList>
const NewTarget = Type.Object(
  {
    form: Form,
    address: Type.Optional(
      Type.String({ maxLength: 1000, description: 'a mail address, or https; absent: PagerDuty’s own one' }),
    ),
    key: Type.Optional(
      Type.String({ maxLength: 128, description: 'integration key, where the form is pagerduty' }),
    ),
    afterMinutes: AfterMinutes,
  },
  closed,
)
export const NewSubscription = Type.Object(
  {
    ...{ scope, names },
    targets: Type.Array(NewTarget, { minItems: 1, maxItems: 8 }),
    quiet: Type.Optional(orNull(QuietHours)),
  },
  closed,
)
export type NewSubscription = Static<typeof NewSubscription>
const KeptTarget = Type.Object(
  {
    keeps: Type.Integer({
      minimum: 0,
      maximum: 7,
      description: 'a place that stays, by where it stands in the list; its address is not said again',
    }),
    afterMinutes: AfterMinutes,
  },
  closed,
)
export const ChangedSubscription = Type.Object(
  {
    names: Type.Optional(names),
    targets: Type.Optional(
      Type.Array(Type.Union([KeptTarget, NewTarget]), {
        minItems: 1,
        maxItems: 8,
        description: 'all that are told from now on',
      }),
    ),
    quiet: Type.Optional(orNull(QuietHours)),
  },
  { ...closed, description: 'what is absent stays' },
)
export type ChangedSubscription = Static<typeof ChangedSubscription>
export const SubscriptionMade = Type.Object(
  {
    subscription: Subscription,
    secrets: Type.Array(
      Type.Object(
        { address: Type.String(), secret: Type.String() },
        { ...closed, description: 'signs what this webhook gets; shown this once' },
      ),
    ),
  },
  closed,
)
export const SubscriptionParams = Type.Object(
  { subscription: Type.String({ pattern: '^[0-9a-z]{16}$' }) },
  closed,
)
export const SubscriptionTried = Type.Object(
  {
    targets: Type.Array(
      Type.Object(
        { form: Form, address: Type.String(), taken: Type.Boolean(), why: Type.String() },
        { ...closed, description: 'a mail that was taken is on its way' },
      ),
    ),
  },
  closed,
)

const notice = {
  id: Type.String(),
  subscription: Type.String(),
  scope: Type.String(),
  headline: Type.String(),
  severity: Severity,
  openedAt: Moment,
  endedAt: orNull(Moment),
  ackedAt: orNull(Moment),
  ackedBy: orNull(Type.String()),
  open: Type.Integer({ description: 'alarms that are open' }),
  alarms: Type.Integer(),
  told: Type.Array(
    Type.Object(
      {
        form: Form,
        address: Type.String(),
        at: orNull({ ...Moment, description: 'null: not yet' }),
        failingSince: orNull(Moment),
        error: Type.String(),
      },
      closed,
    ),
    { description: 'who was told, or is being told, so far' },
  ),
}
export const AlarmNotice = Type.Object(notice, closed)
export type AlarmNotice = Static<typeof AlarmNotice>
export const AlarmNoticeList = Type.Object(
  {
    lines: Type.Array(AlarmNotice, { description: 'open ones and those of the last two days; 100 at most' }),
  },
  closed,
)
export type AlarmNoticeList = Static<typeof AlarmNoticeList>
export const NoticeParams = Type.Object({ notice: Type.String({ pattern: '^[0-9a-z]{16}$' }) }, closed)
export const AlarmNoticeView = Type.Object(
  {
    ...notice,
    lines: Type.Array(Type.Object(alarm, closed), { description: 'all of its alarms' }),
    advice,
  },
  closed,
)
export type AlarmNoticeView = Static<typeof AlarmNoticeView>
