import { type HistoryImported, type PastIncidentLine, routes } from '@mailkeep/contract'
import { FileInput } from '@mantine/core'
import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { Form } from '../../ui/form.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Note } from '../../ui/notes.tsx'
import { tellDone } from '../../ui/toast.tsx'
import classes from './history.module.css'
import { dayWords } from './words.ts'

/** What the API takes at once. */
const mostOctets = 3_000_000

/** What is made anew by an import, its undo, and an entry that is kept apart. */
export const historyChanges = [
  routes.historyImports,
  routes.pastIncidents,
  routes.pastIncident,
  routes.historyTotals,
]

/** Documents about the past: looked through first, imported by a second press. */
export function ImportDocuments() {
  return (
    <DialogButton label="Import" icon={FileUp} title="Import documents about the past">
      {(close) => <ImportForm close={close} />}
    </DialogButton>
  )
}

function ImportForm({ close }: { readonly close: () => void }) {
  const [files, setFiles] = useState<File[]>([])
  const [seen, setSeen] = useState<HistoryImported | null>(null)
  const give = useOrder(routes.importHistory, historyChanges)
  const octets = files.reduce((sum, each) => sum + each.size, 0)
  const isTooLarge = octets > mostOctets || files.length > 20
  const run = async () => {
    const documents = await Promise.all(
      files.map(async (each) => ({ name: each.name, content: await inBase64(each) })),
    )
    if (seen === null) return setSeen(await give.give({ body: { documents, dryRun: true } }))
    const { added, merged } = await give.give({ body: { documents } })
    tellDone(`${countOf(added, 'incident')} added; of ${merged} more is told.`)
    close()
  }
  const isNew = seen?.documents.some((each) => !each.isKnown) ?? true
  return (
    <Form
      submit={seen === null ? 'Look through it' : 'Import'}
      run={run}
      onCancel={close}
      isOff={files.length === 0 || isTooLarge || !isNew}
    >
      <FileInput
        label="Documents"
        description="pages of trackers and reports as text, incidents.json or feeds of status pages, CSV with a line of heads"
        placeholder="Choose files"
        multiple
        clearable
        clearButtonProps={{ 'aria-label': 'Choose none' }}
        accept=".txt,.json,.xml,.atom,.rss,.csv,text/*,application/json"
        value={files}
        onChange={(chosen) => {
          setFiles(chosen)
          setSeen(null)
        }}
      />
      {isTooLarge && (
        <Note tone="aside">
          That is more than 20 files or 3 MB at once. Import them in parts, or with{' '}
          <code>mailkeep import-history</code>.
        </Note>
      )}
      {seen && <Preview seen={seen} />}
    </Form>
  )
}

/** What would be done, before it is. */
function Preview({ seen }: { readonly seen: HistoryImported }) {
  const { documents, added, addedLines, merged, mergedLines, joined, incidents } = seen
  return (
    <>
      <ul className={classes.reasons}>
        {documents.map(({ id, file, form, entries, isKnown }) => (
          <li key={id}>
            {file}: {form.replace('-', ' ')}, {countOf(entries, 'entry', 'entries')}
            {isKnown && '; imported before, so it changes nothing'}
          </li>
        ))}
      </ul>
      <Note tone={added + merged > 0 ? 'good' : 'aside'}>
        {countOf(added, 'incident')} would be added; {countOf(merged, 'incident')} of the history would be
        told of by them too
        {joined > 0 && `; ${joined} would become one with another`}. The history would hold {incidents}.
      </Note>
      <Lines title="Added" lines={addedLines} of={added} />
      <Lines title="Told of by more" lines={mergedLines} of={merged} />
    </>
  )
}

function Lines({
  title,
  lines,
  of,
}: {
  readonly title: string
  readonly lines: readonly PastIncidentLine[]
  readonly of: number
}) {
  if (of === 0) return null
  return (
    <section aria-label={title} className={classes.preview} tabIndex={0}>
      <h3>{title}</h3>
      <ul className={classes.reasons}>
        {lines.map((each) => (
          <li key={each.id}>
            <span className="mk-soft">{dayWords(each)}</span> {each.title ?? 'without a title'}
          </li>
        ))}
        {of > lines.length && <li>and {of - lines.length} more</li>}
      </ul>
    </section>
  )
}

/** Its bytes as they are: a text would lose the mark that some begin with. */
async function inBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 30_000)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 30_000)))
  return btoa(parts.join(''))
}
