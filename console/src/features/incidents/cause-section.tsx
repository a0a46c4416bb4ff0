import { type CauseName, type IncidentView, routes } from '@mailkeep/contract'
import { NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useMay } from '../../session/who.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { useFieldFault } from '../../ui/form.tsx'
import { Moment } from '../../ui/moment.tsx'
import { PlainTable } from '../../ui/plain-table.tsx'
import { Section } from '../../ui/section.tsx'
import { causeWords } from './incident-words.ts'
import classes from './incidents.module.css'

type Inner = NonNullable<IncidentView['inner']>

/** What caused it, what speaks for that, and what was changed shortly before. */
export function CauseSection({
  incident,
  inner,
}: {
  readonly incident: IncidentView
  readonly inner: Inner
}) {
  const mayWrite = useMay('site.write')
  const { cause } = incident
  return (
    <Section
      title="Cause"
      text={cause !== null && `named by ${inner.causeBy}`}
      actions={
        mayWrite && (
          <DialogButton label={cause === null ? 'Name the cause' : 'Name another'} title="What caused it">
            {(close) => <NameCause incident={incident} inner={inner} close={close} />}
          </DialogButton>
        )
      }
    >
      {cause === null ? (
        <p className="mk-soft">Nobody has named one yet. It is closed only with a cause.</p>
      ) : (
        <p>
          <b>{causeWords[cause]}</b>: {inner.causeWords}
        </p>
      )}
      {inner.evidence.length > 0 && (
        <PlainTable
          label="What was measured"
          heads={[
            'Measured',
            { label: 'Value', isNumber: true },
            { label: 'Usually up to', isNumber: true },
            { label: 'When', isNumber: true },
          ]}
          rows={inner.evidence.map(({ what, value, usual, at }, index) => ({
            key: `${index} ${what}`,
            cells: [
              what,
              <b key="value">{value}</b>,
              usual ?? (
                <span key="usual" className="mk-soft">
                  not known
                </span>
              ),
              <Moment key="at" at={at} form="since" />,
            ],
          }))}
        />
      )}
      {inner.stage !== null || inner.node !== null ? (
        <p className="mk-soft">
          {[
            inner.stage !== null && `Stage ${inner.stage}`,
            inner.node !== null && `node ${inner.node}`,
            incident.direction !== null && incident.direction !== 'both' && incident.direction,
          ]
            .filter(Boolean)
            .join(', ')}
        </p>
      ) : null}
    </Section>
  )
}

function NameCause({
  incident,
  inner,
  close,
}: {
  readonly incident: IncidentView
  readonly inner: Inner
  readonly close: () => void
}) {
  const [name, setName] = useState<CauseName>(incident.cause ?? 'next-hop')
  const [words, setWords] = useState(inner.causeWords)
  return (
    <DialogForm
      route={routes.nameIncidentCause}
      changes={[routes.incident, routes.incidents]}
      question={() => ({ params: { incident: incident.id }, body: { name, words: words.trim() } })}
      seen={tagOf(incident)}
      done="The cause is named."
      close={close}
      submit="Name this cause"
      isOff={words.trim() === ''}
    >
      <NativeSelect
        label="Cause"
        value={name}
        data={Object.entries(causeWords).map(([value, label]) => ({ value, label }))}
        onChange={(event) => setName(event.currentTarget.value as CauseName)}
      />
      <WordsField words={words} setWords={setWords} />
      <p className="mk-soft">
        What was measured stays beside it. One that stays unknown needs measurements or a counted list.
      </p>
    </DialogForm>
  )
}

function WordsField({
  words,
  setWords,
}: {
  readonly words: string
  readonly setWords: (words: string) => void
}) {
  return (
    <Textarea
      name="words"
      label="In words"
      data-autofocus
      autosize
      minRows={2}
      maxLength={1000}
      error={useFieldFault('words')}
      value={words}
      onChange={(event) => setWords(event.currentTarget.value)}
    />
  )
}

/** What was changed in the hours before it began, and until it was opened. */
export function ChangesSection({ inner: { changes } }: { readonly inner: Inner }) {
  return (
    <Section title="Changed around then" text="from six hours before it began on, newest first">
      {changes.length === 0 ? (
        <p className="mk-soft">Nothing that the audit log knows of, and no process was started.</p>
      ) : (
        <ul className={classes.list}>
          {changes.slice(0, 30).map(({ id, at, what, who }) => (
            <li key={id} className={classes.head}>
              <Moment at={at} form="since" />
              <span>{what.replaceAll('-', ' ')}</span>
              <span className="mk-soft">
                by <bdi>{who}</bdi>
              </span>
            </li>
          ))}
        </ul>
      )}
      {changes.length > 30 && <p className="mk-soft">{changes.length - 30} more stand in the audit log.</p>}
    </Section>
  )
}
