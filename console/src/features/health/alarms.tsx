import { type AlarmLine, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './health.module.css'

/** What is wrong now, and what was within a day. */
export function Alarms() {
  const answer = useAnswer(routes.alarms, {}, { every: 5000 })
  return (
    <Section title="Alarms" text="open ones, and those of the last day" isFlush>
      <Answered answer={answer}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty title="All is well" icon={CircleCheck}>
              No alarm is open, and none was within a day.
            </Empty>
          ) : (
            <ul className={classes.lines}>
              {lines.map((line) => (
                <AlarmEntry key={`${line.name} ${line.subject}`} line={line} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}

function AlarmEntry({ line }: { readonly line: AlarmLine }) {
  const { name, subject, text, since, clearedAt, withdrawn } = line
  const mayWrite = useMay('directory.write')
  const isOpen = clearedAt === null
  return (
    <li className={classes.line}>
      <div className={classes.head}>
        {withdrawn !== null ? (
          <Mark tone="none">was wrong</Mark>
        ) : (
          <Mark tone={isOpen ? 'bad' : 'good'}>{isOpen ? 'open' : 'over'}</Mark>
        )}
        <b>{name}</b>
        {name === 'mail-flow' ? (
          <ScopedLink to={`/domains/${subject}`}>{subject}</ScopedLink>
        ) : (
          <bdi>{subject}</bdi>
        )}
        <span className="mk-soft">
          since <Moment at={since} form="since" />
          {clearedAt !== null && (
            <>
              {' '}
              until <Moment at={clearedAt} form="since" />
            </>
          )}
        </span>
        {mayWrite && withdrawn === null && (
          <span className={classes.end}>
            <DialogButton label="It is wrong" title="Say that this alarm is wrong">
              {(close) => <Withdraw line={line} close={close} />}
            </DialogButton>
          </span>
        )}
      </div>
      <p className={classes.text}>
        <bdi>{withdrawn ?? text}</bdi>
      </p>
    </li>
  )
}

function Withdraw({
  line: { name, subject },
  close,
}: {
  readonly line: AlarmLine
  readonly close: () => void
}) {
  const [why, setWhy] = useState('')
  const give = useOrder(routes.withdrawAlarm, [routes.alarms])
  const run = async () => {
    await give.give({ body: { name, subject, why } })
    tellDone('Whoever was told of it is told that it was wrong.')
    close()
  }
  return (
    <Form submit="Tell those who heard of it" run={run} onCancel={close} isOff={why.trim().length < 3}>
      <p>The same addresses get one mail more, with these words.</p>
      <TextField
        name="why"
        label="What was wrong with it"
        data-autofocus
        value={why}
        maxLength={500}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </Form>
  )
}

/** Who is told by mail. */
export function Subscriptions({ scope }: { readonly scope: string }) {
  const answer = useAnswer(routes.alarmSubscriptions)
  const mayWrite = useMay('directory.write')
  const remove = useOrder(routes.unsubscribeFromAlarms, [routes.alarmSubscriptions])
  return (
    <Section
      title="Told by mail"
      text="once when an alarm lasts, once when it is over"
      actions={
        mayWrite && (
          <DialogButton label="Tell somebody" title="Have somebody told of alarms">
            {(close) => <Subscribe scope={scope} close={close} />}
          </DialogButton>
        )
      }
      isFlush
    >
      <Answered answer={answer} lines={2}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty title="Nobody is told yet">
              A person’s address, or that of a ticket system. It should not lie behind the next hop that it is
              to hear about.
            </Empty>
          ) : (
            <ul className={classes.lines}>
              {lines.map((each) => (
                <li key={each.id} className={classes.line}>
                  <div className={classes.head}>
                    <bdi>{each.address}</bdi>
                    <span className="mk-soft">
                      of {each.scope}, {each.names.length === 0 ? 'all alarms' : each.names.join(', ')}
                    </span>
                    {mayWrite && (
                      <span className={classes.end}>
                        <Button
                          variant="subtle"
                          color="gray"
                          size="compact-xs"
                          aria-label={`Tell ${each.address} no more`}
                          onClick={() =>
                            remove
                              .give({ params: { subscription: each.id } })
                              .then(() => tellDone(`${each.address} is told no more.`), tellFault)
                          }
                        >
                          No more
                        </Button>
                      </span>
                    )}
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}

function Subscribe({ scope, close }: { readonly scope: string; readonly close: () => void }) {
  const [address, setAddress] = useState('')
  const [level, setLevel] = useState(scope)
  const give = useOrder(routes.subscribeToAlarms, [routes.alarmSubscriptions])
  const run = async () => {
    await give.give({ body: { scope: level.trim(), names: [], address: address.trim() } })
    tellDone(`${address} is told from now on.`)
    close()
  }
  return (
    <Form submit="Tell this address" run={run} onCancel={close} isOff={!address.includes('@')}>
      <TextField
        name="address"
        label="Address"
        data-autofocus
        value={address}
        maxLength={320}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <TextField
        name="scope"
        label="Of what"
        description="tenant:ID with everything below it, or domain:NAME"
        value={level}
        maxLength={320}
        onChange={(event) => setLevel(event.currentTarget.value)}
      />
    </Form>
  )
}
