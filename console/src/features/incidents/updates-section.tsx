import type { IncidentView } from '@mailkeep/contract'
import { Eye } from 'lucide-react'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { IncidentMark } from './incident-mark.tsx'
import { stateLooks } from './incident-words.ts'
import classes from './incidents.module.css'

type Inner = NonNullable<IncidentView['inner']>
type State = keyof typeof stateLooks

/** All that was said and done about it; marked where the public was told. Newest first. */
export function LogSection({
  inner: { log },
  incident: { updates },
}: {
  readonly inner: Inner
  readonly incident: IncidentView
}) {
  return (
    <Section title="What was said and done" text="newest first">
      <ol className={classes.list}>
        {log.toReversed().map(({ id, at, who, state, text, isTold }) => {
          const told = isTold ? updates.find((each) => each.text === text) : undefined
          return (
            <li key={id}>
              <p className={classes.head}>
                <IncidentMark state={state} />
                <Moment at={at} form="since" />
                <span className="mk-soft">
                  by <bdi>{who}</bdi>
                </span>
                {isTold && (
                  <Mark tone="none" icon={Eye}>
                    the public was told
                  </Mark>
                )}
              </p>
              <p className={classes.text}>{text}</p>
              {told && <Said update={told} />}
            </li>
          )
        })}
      </ol>
    </Section>
  )
}

/** What the public was told; for whoever does not look after the house. */
export function ToldSection({ incident: { updates } }: { readonly incident: IncidentView }) {
  return (
    <Section title="What was told" text="newest first">
      <ol className={classes.list}>
        {updates.toReversed().map((update) => (
          <li key={update.id}>
            <p className={classes.head}>
              {update.state in stateLooks && <IncidentMark state={update.state as State} />}
              <Moment at={update.at} form="since" />
            </p>
            <p className={classes.text}>{update.text}</p>
            <Said update={update} />
          </li>
        ))}
      </ol>
    </Section>
  )
}

function Said({
  update: { unaffected, todo, nextAt },
}: {
  readonly update: IncidentView['updates'][number]
}) {
  return (
    <>
      {unaffected !== null && (
        <p className={classes.text}>
          <span className="mk-soft">Goes on as always:</span> {unaffected}
        </p>
      )}
      {todo !== null && (
        <p className={classes.text}>
          <span className="mk-soft">What customers do:</span> {todo}
        </p>
      )}
      {nextAt !== null && (
        <p className="mk-soft">
          Next update <Moment at={nextAt} />
        </p>
      )}
    </>
  )
}
