import { type ReportLine, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { type List, useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { DataList, type RowKey } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { useSelection } from '../../ui/use-selection.ts'
import { AnswerReports, type Decision } from './answer-reports.tsx'
import { reportedColumns, titleOf } from './reported-columns.tsx'

/** People wait for an answer: new reports appear by themselves. */
const everyMs = 10_000

export function useReported(state: ReportLine['state']): List<ReportLine> {
  return useList(routes.reports, { state }, { every: everyMs })
}

/** Reports of people; whoever may answers one or many of them. */
export function ReportedList({
  list,
  state,
}: {
  readonly list: List<ReportLine>
  readonly state: ReportLine['state']
}) {
  const mayAct = useMay('quarantine.act') && state === 'open'
  const selection = useSelection(state)
  const [decision, setDecision] = useState<Decision | null>(null)
  const keys: readonly RowKey<ReportLine>[] = [
    { key: 'r', does: 'say that it is right', run: ({ id }) => setDecision({ verb: 'accept', ids: [id] }) },
    { key: 'n', does: 'say that it is not', run: ({ id }) => setDecision({ verb: 'refuse', ids: [id] }) },
  ]
  return (
    <>
      <DataList
        label="Reports"
        list={list}
        columns={reportedColumns}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => `/reported/${id}`}
        nameOf={(line) => `${titleOf(line)}, reported by ${line.reporter}`}
        empty={<Nothing state={state} />}
        {...(mayAct && {
          selection,
          rowKeys: keys,
          actions: ({ keys: ids }) => (
            <>
              <Button onClick={() => setDecision({ verb: 'accept', ids })}>Right…</Button>
              <Button variant="default" onClick={() => setDecision({ verb: 'refuse', ids })}>
                Not right…
              </Button>
            </>
          ),
        })}
      />
      {decision && (
        <AnswerReports
          decision={decision}
          onClose={() => setDecision(null)}
          onDone={() => {
            setDecision(null)
            selection.clear()
          }}
        />
      )}
    </>
  )
}

function Nothing({ state }: { readonly state: ReportLine['state'] }) {
  if (state !== 'open') return <Empty title="None of these">Reports that were answered stand here.</Empty>
  return (
    <Empty title="Nobody is waiting for an answer">
      Here will stand what people report: unwanted mail that they forward to <code>spam@</code>, and mail that
      was set aside wrongly, to <code>notspam@</code> or by a button of their own page.
    </Empty>
  )
}
