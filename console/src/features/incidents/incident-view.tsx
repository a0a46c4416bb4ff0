import type { IncidentView } from '@mailkeep/contract'
import { useMay } from '../../session/who.tsx'
import { useComponentNames } from '../../ui/component-names.ts'
import { ComponentMark } from '../../ui/component-state.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { useNow } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { CauseSection, ChangesSection } from './cause-section.tsx'
import { IncidentCourse } from './incident-course.tsx'
import { IncidentMark } from './incident-mark.tsx'
import { sentenceOf } from './incident-words.ts'
import classes from './incidents.module.css'
import { CloseIncident, PostUpdate } from './post-update.tsx'
import { PromisesSection } from './promises-section.tsx'
import { LogSection, ToldSection } from './updates-section.tsx'

/** What it is, in sentences; for the head of its page. */
export function IncidentSentence({ incident }: { readonly incident: IncidentView }) {
  return (
    <p className={classes.summary}>
      <IncidentMark state={incident.state} isFilled />
      {sentenceOf(incident, useNow())}
    </p>
  )
}

/** What may be done with it as a whole. */
export function IncidentActs({ incident }: { readonly incident: IncidentView }) {
  const mayWrite = useMay('site.write')
  const { inner, resolvedAt } = incident
  if (!mayWrite || inner === null) return null
  return (
    <>
      <DialogButton label="Say what is new" isMain>
        {(close) => <PostUpdate incident={incident} close={close} />}
      </DialogButton>
      {resolvedAt === null && (
        <DialogButton label="Close" title="Close the incident">
          {(close) => <CloseIncident incident={incident} missing={inner.missingToClose} close={close} />}
        </DialogButton>
      )}
    </>
  )
}

/** What happened: its course, cause, what was said, what was promised; for the public's part of it only what was told. */
export function IncidentStory({ incident }: { readonly incident: IncidentView }) {
  const { inner } = incident
  return (
    <div className="mk-stack">
      <IncidentCourse incident={incident} />
      {inner === null ? (
        <>
          <Hit incident={incident} />
          <ToldSection incident={incident} />
        </>
      ) : (
        <div className={classes.two}>
          <div className={classes.column}>
            <CauseSection incident={incident} inner={inner} />
            <LogSection incident={incident} inner={inner} />
          </div>
          <div className={classes.column}>
            <Hit incident={incident} />
            <PromisesSection incident={incident} inner={inner} />
            <ChangesSection inner={inner} />
          </div>
        </div>
      )}
    </div>
  )
}

function Hit({ incident: { components } }: { readonly incident: IncidentView }) {
  const nameOf = useComponentNames()
  if (components.length === 0) return null
  return (
    <Section title="Components">
      <ul className={classes.list}>
        {components.map(({ id, state }) => (
          <li key={id} className={classes.head}>
            <span title={id}>{nameOf(id)}</span>
            <span className={classes.end}>
              <ComponentMark state={state} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
