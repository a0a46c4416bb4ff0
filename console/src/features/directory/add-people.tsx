import { type ImportReport, type PersonDetail, routes } from '@mailkeep/contract'
import { FileInput, Textarea } from '@mantine/core'
import { FileUp, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { Form, TextField } from '../../ui/form.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Note } from '../../ui/notes.tsx'
import { tellDone } from '../../ui/toast.tsx'
import classes from './directory.module.css'

const changes = [routes.people, routes.person, routes.domain, routes.directoryTotals] as const

/** Adds one person or alias by hand. */
export function AddPerson({ domain }: { readonly domain?: string }) {
  return (
    <DialogButton label="Add a person" icon={UserPlus} isMain>
      {(close) => <PersonForm {...(domain !== undefined && { domain })} close={close} />}
    </DialogButton>
  )
}

/** Adds a further address of somebody. */
export function AddAlias({ owner }: { readonly owner: PersonDetail }) {
  return (
    <DialogButton label="Add an alias" title={`A further address of ${owner.address}`}>
      {(close) => <PersonForm domain={owner.domain} owner={owner.address} close={close} />}
    </DialogButton>
  )
}

function PersonForm({
  domain,
  owner,
  close,
}: {
  readonly domain?: string
  /** It is an alias of this person. */
  readonly owner?: string
  readonly close: () => void
}) {
  const [address, setAddress] = useState('')
  const [displayName, setName] = useState('')
  const [aliasOf, setAliasOf] = useState(owner ?? '')
  const whole = (text: string) =>
    text.includes('@') || domain === undefined || text === '' ? text : `${text}@${domain}`
  const person = {
    address: whole(address.trim()),
    ...(displayName !== '' && { displayName }),
    ...(aliasOf !== '' && { aliasOf: whole(aliasOf.trim()) }),
  }
  return (
    <DialogForm
      route={routes.addPeople}
      changes={changes}
      question={() => ({ body: { people: [person] } })}
      done={({ added }) =>
        added > 0 ? `${person.address} is added.` : `${person.address} was there, and is changed.`
      }
      close={close}
      submit={aliasOf === '' ? 'Add the person' : 'Add the alias'}
      isOff={address.trim() === ''}
    >
      <TextField
        name="address"
        label="Address"
        placeholder={domain ? `anna@${domain}` : 'anna@example.com'}
        data-autofocus
        value={address}
        onText={setAddress}
        maxLength={320}
      />
      {owner === undefined && (
        <>
          <TextField name="displayName" label="Name" value={displayName} onText={setName} maxLength={256} />
          <TextField
            name="aliasOf"
            label="Alias of"
            description="Only for a further address of somebody: the address of that person"
            value={aliasOf}
            onText={setAliasOf}
            maxLength={320}
          />
        </>
      )}
    </DialogForm>
  )
}

/** Adds people from a CSV file: looked through first, done by a second press. */
export function ImportPeople() {
  return (
    <DialogButton label="From a file" icon={FileUp} title="Add people from a CSV file">
      {(close) => <ImportForm close={close} />}
    </DialogButton>
  )
}

function ImportForm({ close }: { readonly close: () => void }) {
  const [csv, setCsv] = useState('')
  const [seen, setSeen] = useState<ImportReport | null>(null)
  const give = useOrder(routes.importPeople, changes)
  const change = (text: string) => {
    setCsv(text)
    setSeen(null)
  }
  const run = async () => {
    if (seen === null) return setSeen(await give.give({ body: { csv, dryRun: true } }))
    const { added, changed } = await give.give({ body: { csv } })
    tellDone(`${countOf(added, 'person', 'people')} added, ${changed} changed.`)
    close()
  }
  const usable = seen === null ? 0 : seen.lines - seen.wrong
  const submit = seen === null ? 'Look through it' : `Add ${countOf(usable, 'line')}`
  return (
    <Form submit={submit} run={run} onCancel={close} isOff={csv === '' || (seen !== null && usable === 0)}>
      <FileInput
        label="File"
        placeholder="Choose a file"
        accept=".csv,text/csv,text/plain"
        onChange={(file) => void file?.text().then(change)}
      />
      <Textarea
        label="Or its lines"
        description="The first line names the columns: address, and if you like name, group, alias-of"
        rows={6}
        value={csv}
        onChange={(event) => change(event.currentTarget.value)}
        placeholder={'address,name,group\nanna@example.com,Anna Berg,Sales'}
        spellCheck={false}
      />
      {seen && <Preview report={seen} />}
    </Form>
  )
}

/** What would be done, before it is. */
function Preview({ report }: { readonly report: ImportReport }) {
  return (
    <>
      <Note tone={report.wrong === 0 ? 'good' : 'aside'}>
        {countOf(report.lines, 'line')} read;{' '}
        {report.wrong === 0
          ? 'all of them can be used'
          : `${countOf(report.wrong, 'line')} cannot be used and will be left out`}
        . Nobody is removed: who is not in the file stays.
      </Note>
      {report.problems.length > 0 && (
        <ol className={classes.problems}>
          {report.problems.map(({ line, text }) => (
            <li key={line} value={line}>
              {text}
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
