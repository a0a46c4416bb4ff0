import { routes, type SendersDone } from '@mailkeep/contract'
import { SegmentedControl, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useMayTry } from '../../session/people-scope.ts'
import { useOrder } from '../../session/use-order.ts'
import { Form } from '../../ui/form.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Note } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone } from '../../ui/toast.tsx'
import { DryRunPart } from './dry-run.tsx'
import classes from './policy.module.css'
import { policyRoutes, useUndo } from './undo-newest.ts'

/** Puts senders on a list; what cannot be taken stays in the field, with the reason. */
export function AddSenders({ level }: { readonly level: string }) {
  const mayTry = useMayTry()
  const [kind, setKind] = useState<'allow' | 'block'>('allow')
  const [text, setText] = useState('')
  const [told, setTold] = useState<SendersDone | null>(null)
  const { give } = useOrder(routes.importSenders, policyRoutes)
  const undo = useUndo()
  const add = async () => {
    const done = await give({ body: { level, kind, csv: text } })
    setTold(done)
    setText(done.refused.map(({ entry }) => entry).join('\n'))
    const { version, added } = done
    if (version !== null)
      tellDone(`${countOf(added.length, 'sender')} added to the ${kind} list.`, () => undo(version))
  }
  const entries = entriesOf(text)
  return (
    <div className={entries.length === 0 ? classes.stack : classes.grid}>
      <Section
        title="Add senders"
        text="exact addresses or domains, one a line; subdomains are not meant by them"
      >
        <Form submit={kind === 'allow' ? 'Allow' : 'Block'} run={add} isOff={text.trim() === ''}>
          <SegmentedControl
            aria-label="List"
            value={kind}
            onChange={(value) => setKind(value as 'allow' | 'block')}
            data={[
              { value: 'allow', label: 'allow' },
              { value: 'block', label: 'block' },
            ]}
          />
          <Textarea
            aria-label="Senders"
            placeholder={'orders@supplier.example\nsupplier.example'}
            autosize
            minRows={2}
            maxRows={10}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Form>
        {told && <Told told={told} />}
      </Section>
      {mayTry && entries.length > 0 && (
        <DryRunPart
          level={level}
          proposal={{ senders: entries.map((entry) => ({ kind, entry, on: true })) }}
          isReady={entries.length <= 500}
        />
      )}
    </div>
  )
}

/** Addresses and domains of the field, as the list would take them: the first column of each line. */
function entriesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.split(/[,;]/)[0]?.trim() ?? '')
    .filter((each) => each !== '' && !each.startsWith('#'))
}

function Told({ told: { refused, notices, already } }: { readonly told: SendersDone }) {
  return (
    <div className={classes.stack} role="status">
      {refused.slice(0, 20).map(({ entry, text }) => (
        <Note key={entry} tone="bad">
          <b>{entry}</b> was not taken: {text}.
        </Note>
      ))}
      {notices.slice(0, 20).map(({ entry, text }) => (
        <Note key={entry} tone="aside">
          {text}.
        </Note>
      ))}
      {already.length > 0 && (
        <p className="mk-soft">{countOf(already.length, 'entry was', 'entries were')} on it already.</p>
      )}
    </div>
  )
}
