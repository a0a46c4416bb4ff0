import { type PersonData, routes } from '@mailkeep/contract'
import { Fragment, useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useTask } from '../../session/use-task.ts'
import { Answered } from '../../ui/answered.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { TaskProgress } from '../../ui/task-progress.tsx'
import classes from './directory.module.css'

/** How people call the kinds of records. */
const kindNames: Readonly<Record<string, string>> = {
  directory: 'Directory',
  source: 'User sync',
  received: 'Mail received',
  sent: 'Mail sent',
  refused: 'Mail refused',
  reported: 'Reports',
  correspondent: 'Correspondents',
  list: 'Lists',
  rule: 'Rules',
  change: 'Changes of policy',
  review: 'Review',
  held: 'Sending and held mail',
  request: 'Requests',
}

/** Says what goes, asks for the address once more, and shows how far it has come. */
export function ErasePerson({ address, close }: { readonly address: string; readonly close: () => void }) {
  const answer = useAnswer(routes.personData, { params: { address } })
  return (
    <Answered answer={answer} lines={8}>
      {(data) => <Erasing data={data} close={close} />}
    </Answered>
  )
}

function Erasing({ data, close }: { readonly data: PersonData; readonly close: () => void }) {
  const { address } = data
  const [typed, setTyped] = useState('')
  const [started, setStarted] = useState<Parameters<typeof useTask>[0]>(null)
  const task = useTask(started, [routes.people.path, routes.person.path, routes.personData.path])
  const order = useOrder(routes.erasePersonData, [routes.people, routes.tasks])
  const run = async () => {
    const given = await order.give({ params: { address }, body: { confirm: typed.trim() } })
    setStarted(given.task)
  }
  return (
    <div className={classes.stack}>
      {task ? <TaskProgress task={task} one="record" /> : <WhatGoes data={data} />}
      <WhatStays data={data} />
      {!task && (
        <Form
          submit={`Erase ${address} for good`}
          run={run}
          onCancel={close}
          isOff={typed.trim().toLowerCase() !== address}
        >
          <TextField
            name="confirm"
            label={`Write ${address} to confirm`}
            description="It cannot be undone."
            value={typed}
            maxLength={320}
            autoComplete="off"
            onText={setTyped}
          />
        </Form>
      )}
    </div>
  )
}

function WhatGoes({ data: { addresses, kinds } }: { readonly data: PersonData }) {
  const records = kinds.reduce((sum, each) => sum + each.records, 0)
  if (records === 0) return <p>Nothing is kept about {addresses.join(', ')} that can go by now.</p>
  return (
    <>
      <p>
        {countOf(records, 'record goes', 'records go')}, or keep a name without meaning where the books need
        them: of {addresses.join(', ')}.
      </p>
      <dl className={classes.facts}>
        {kinds.map(({ kind, records: count }) => (
          <Fragment key={kind}>
            <dt>{kindNames[kind] ?? kind}</dt>
            <dd>{formatCount(count)}</dd>
          </Fragment>
        ))}
      </dl>
    </>
  )
}

/** What keeps naming him, with what to do. */
function WhatStays({ data: { open, sources } }: { readonly data: PersonData }) {
  return (
    <>
      {open > 0 && (
        <p>
          {countOf(open, 'delivery', 'deliveries')} under way, held or in quarantine keep the address until
          they are settled: erase once more on this page then.
        </p>
      )}
      {sources.map(({ id, name, isHimself }) => (
        <p key={id}>
          {isHimself
            ? `The source ${name} has this person: take him out there, or its next run brings him back.`
            : `The source ${name} gives one of these addresses to somebody else, who stays.`}
        </p>
      ))}
    </>
  )
}
