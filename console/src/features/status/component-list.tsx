import { routes, type StatusComponent, type StatusDays, type StatusView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { EyeOff, ListChecks } from 'lucide-react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { ComponentMark, componentLooks } from '../../ui/component-state.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import { ComponentActs } from './component-acts.tsx'
import { ComponentForm } from './component-form.tsx'
import { DayBars } from './day-bars.tsx'
import { groupOf, inPageOrder } from './in-page-order.ts'
import { OfferedComponents } from './offered-components.tsx'
import classes from './status.module.css'

/** Components in the order of the page, each with its parts, its state and its days. */
export function ComponentList({ status }: { readonly status: StatusView }) {
  const { components, offered } = status
  const mayWrite = useMay('site.write')
  const days = useAnswer(routes.statusDays, {}, { every: 60_000 }).value
  if (components.length === 0) return <NoComponents />
  return (
    <Section
      title="Components"
      text="measured each minute; one without tries of our own is told by hand"
      actions={
        mayWrite && (
          <DialogButton label="Add a component">
            {(close) => <ComponentForm status={status} close={close} />}
          </DialogButton>
        )
      }
      isFlush
    >
      <OfferedComponents offered={offered} />
      <ul className={classes.components}>
        {inPageOrder(components).map((each) => (
          <Component key={each.id} component={each} status={status} days={days} />
        ))}
      </ul>
    </Section>
  )
}

function NoComponents() {
  const add = useOrder(routes.addStandardComponents, [routes.status, routes.statusDays])
  const mayWrite = useMay('site.write')
  const run = () =>
    add
      .give({ body: {} })
      .then(({ added }) => tellDone(`${added.length} components are on the status page.`), tellFault)
  return (
    <Empty
      title="The status page has no components yet"
      icon={ListChecks}
      action={
        mayWrite && (
          <Button loading={add.isRunning} onClick={() => void run()}>
            Put the components of the platform on it
          </Button>
        )
      }
    >
      Each stands here with what is measured of it, 90 days of bars, and what you say against the measurement.
    </Empty>
  )
}

function Component({
  component,
  status,
  days,
}: {
  readonly component: StatusComponent
  readonly status: StatusView
  readonly days: StatusDays | undefined
}) {
  const { id, name, state, basis, isHidden } = component
  const own = days?.components.find((each) => each.id === id)
  // One that is not measured, and that nobody has told of, has no days to show.
  const hasDays = own?.states.some((each) => each !== null)
  return (
    <li className={classes.component} data-part={groupOf(component, status.components) !== null || undefined}>
      <div className={classes.head}>
        <span className={classes.name}>{name}</span>
        {isHidden && (
          <Mark tone="none" icon={EyeOff}>
            hidden
          </Mark>
        )}
        <ComponentMark state={state} isSuspected={basis === 'suspected'} />
        <span className="mk-soft">
          <Basis component={component} />
        </span>
        <span className={classes.end}>
          <ComponentActs component={component} status={status} />
        </span>
      </div>
      <Remarks component={component} />
      {own && days && hasDays && <DayBars days={own} first={days.first} />}
    </li>
  )
}

/** Whose word it is, since when, and how old the measurement is. */
function Basis({
  component: { basis, since, probes, measuredAt, unmeasuredSince },
}: {
  readonly component: StatusComponent
}) {
  const age = measuredAt !== null && (
    <>
      {basis === 'measured' ? (since === null ? ' ' : ', last ') : '; measured '}
      <Moment at={measuredAt} />
    </>
  )
  if (basis === 'unmeasured')
    return since === null ? (
      probes.length === 0 ? (
        'nothing measures it: it is told by hand'
      ) : (
        'not measured yet'
      )
    ) : (
      <>
        not measured since <Moment at={since} form="since" />
      </>
    )
  return (
    <>
      {basis === 'told' ? 'told' : basis}
      {since !== null && (
        <>
          {' '}
          since <Moment at={since} form="since" />
        </>
      )}
      {unmeasuredSince === null ? (
        age
      ) : (
        <>
          ; not measured any more since <Moment at={unmeasuredSince} form="since" />
        </>
      )}
    </>
  )
}

function Remarks({ component: { words, override, incident } }: { readonly component: StatusComponent }) {
  return (
    <>
      {words !== '' && <p className={classes.text}>What fails: {words}</p>}
      {override !== null && (
        <p className={classes.text}>
          Said to be {componentLooks[override.state].word} until <Moment at={override.until} form="since" />{' '}
          by <bdi>{override.who}</bdi>: {override.why}
        </p>
      )}
      {incident !== null && (
        <p className={classes.text}>
          <ScopedLink to={`/incidents/${incident}`} className={classes.link ?? ''}>
            Its incident is open
          </ScopedLink>
        </p>
      )}
    </>
  )
}
