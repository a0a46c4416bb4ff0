import { type HistoryImport, routes } from '@mailkeep/contract'
import { useList } from '../../session/use-list.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { type Column, DataList } from '../../ui/data-list.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { removeColumn } from '../../ui/remove-column.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './history.module.css'
import { historyChanges, ImportDocuments } from './import-documents.tsx'

const columns: readonly Column<HistoryImport>[] = [
  {
    name: 'file',
    label: 'Document',
    width: 'minmax(160px, 3fr)',
    card: 'lead',
    render: ({ file }) => (
      <span className={classes.cut} title={file}>
        {file}
      </span>
    ),
  },
  { name: 'form', label: 'Form', width: '140px', render: ({ form }) => form.replace('-', ' ') },
  { name: 'entries', label: 'Entries', width: '90px', isNumber: true, render: ({ entries }) => entries },
  {
    name: 'imported',
    label: 'Imported',
    width: '150px',
    card: 'none',
    render: ({ importedAt }) => <Moment at={importedAt} form="since" />,
  },
  {
    name: 'by',
    label: 'By',
    width: 'minmax(100px, 1fr)',
    card: 'none',
    render: ({ importedBy }) => <span className={classes.cut}>{importedBy}</span>,
  },
]
/** Documents that the history is made of: imported, and taken back. */
export function ImportList() {
  const list = useList(routes.historyImports, {})
  const mayWrite = useMay('site.write')
  const undo = useOrder(routes.undoHistoryImport, historyChanges)
  const takeBack = removeColumn<HistoryImport>({
    labelOf: ({ file }) => `Take back ${file}`,
    ask: ({ file, entries }) => ({
      title: `Take back ${file}?`,
      text: `${countOf(entries, 'entry', 'entries')} of it go. Incidents of which other documents tell too stay.`,
      action: 'Take it back',
      undo: 'Imported again it is there again.',
    }),
    remove: ({ id }) => undo.give({ params: { document: id } }),
    done: 'The import is taken back.',
  })
  return (
    <Section title="Documents" isFlush actions={mayWrite && <ImportDocuments />}>
      <DataList
        label="Documents that were imported"
        isPart
        list={list}
        columns={mayWrite ? [...columns, takeBack] : columns}
        keyOf={({ id }) => id}
        nameOf={({ file }) => file}
        empty={
          <Empty title="Nothing was imported">
            Pages about incidents of the past come in here, or by <code>mailkeep import-history FILE</code>.
          </Empty>
        }
      />
    </Section>
  )
}
