import { type AlarmTarget, routes, type Subscription } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { BellRing } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { AddSubscription } from './add-subscription.tsx'
import classes from './alarms.module.css'
import { ChangeSubscription } from './change-subscription.tsx'
import { TestSubscription } from './test-subscription.tsx'
import { formName, quietWords, waitWords } from './words.ts'

/** Who is told of alarms, in what order, and when not. */
export function SubscriptionList({ scope }: { readonly scope: string }) {
  const answer = useAnswer(routes.alarmSubscriptions, {}, { every: 10_000 })
  const mayWrite = useMay('directory.write')
  return (
    <Section
      title="Who is told"
      text="once when an alarm lasts, once when it is over"
      actions={mayWrite && <AddSubscription scope={scope} />}
      isFlush
    >
      <Answered answer={answer} lines={3}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty title="Nobody is told yet" icon={BellRing}>
              A person’s address, a ticket system, a channel, or a pager. It should not lie behind the next
              hop that it is to hear about.
            </Empty>
          ) : (
            <ul className={classes.lines}>
              {lines.map((each) => (
                <SubscriptionLine key={each.id} subscription={each} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}

function SubscriptionLine({ subscription }: { readonly subscription: Subscription }) {
  const { id, scope, names, targets, quiet } = subscription
  const mayWrite = useMay('directory.write')
  const remove = useOrder(routes.unsubscribeFromAlarms, [routes.alarmSubscriptions, routes.alarmNotices])
  const first = targets[0]?.address ?? ''
  return (
    <li className={classes.line}>
      <div className={classes.head}>
        <b>
          <bdi>{scope.replace(/^(tenant|domain):/, '')}</bdi>
        </b>
        <span className="mk-soft">
          {scope.startsWith('domain:') ? 'this domain' : 'and everything below it'},{' '}
          {names.length === 0 ? 'all alarms' : names.join(', ')}
        </span>
        {mayWrite && (
          <span className={classes.end}>
            <TestSubscription id={id} about={first} />
            <ChangeSubscription subscription={subscription} />
            <Button
              variant="subtle"
              color="gray"
              aria-label={`Tell ${first} no more`}
              onClick={() =>
                void remove
                  .give({ params: { subscription: id } })
                  .then(() => tellDone(`${first} is told no more.`), tellFault)
              }
            >
              No more
            </Button>
          </span>
        )}
      </div>
      <ol className={classes.steps}>
        {targets.map((each) => (
          <Step key={`${each.form} ${each.address} ${each.afterMinutes}`} target={each} />
        ))}
      </ol>
      {quiet !== null && <p className={classes.text}>Quiet hours: {quietWords(quiet)}.</p>}
    </li>
  )
}

function Step({ target }: { readonly target: AlarmTarget }) {
  const { form, address, afterMinutes, failingSince, error } = target
  return (
    <li className={classes.step}>
      <span className="mk-soft">{waitWords(afterMinutes)}</span>
      <span>{formName(form)}</span>
      <bdi>{address}</bdi>
      {failingSince !== null && (
        <span className={classes.fault}>
          takes nothing since <Moment at={failingSince} form="since" />: {error}
        </span>
      )}
    </li>
  )
}
