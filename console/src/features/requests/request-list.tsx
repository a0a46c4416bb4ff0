import { type RequestLine, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { type List, useList } from '../../session/use-list.ts'
import { useMay } from '../../session/who.tsx'
import { DataList, type RowKey } from '../../ui/data-list.tsx'
import { Empty } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { useSelection } from '../../ui/use-selection.ts'
import { DecideDialog, type Decision } from './decide-dialog.tsx'
import { requestColumns, titleOf } from './request-columns.tsx'

/** People wait for an answer: new requests appear by themselves. */
const everyMs = 10_000

export function useRequests(state: RequestLine['state']): List<RequestLine> {
  return useList(routes.releaseRequests, { state }, { every: everyMs })
}

/** Requests for release; whoever may answers one or many of them. */
export function RequestList({
  list,
  state,
}: {
  readonly list: List<RequestLine>
  readonly state: RequestLine['state']
}) {
  const mayAct = useMay('quarantine.act') && state === 'open'
  const selection = useSelection(state)
  const [decision, setDecision] = useState<Decision | null>(null)
  const keys: readonly RowKey<RequestLine>[] = [
    { key: 'r', does: 'release it', run: ({ id }) => setDecision({ verb: 'approve', ids: [id] }) },
    { key: 'd', does: 'deny it', run: ({ id }) => setDecision({ verb: 'deny', ids: [id] }) },
  ]
  return (
    <>
      <DataList
        label="Requests"
        list={list}
        columns={requestColumns}
        keyOf={({ id }) => id}
        hrefOf={({ messageId }) => `/messages/${messageId}`}
        nameOf={(line) => `${titleOf(line)}, asked for by ${line.person}`}
        empty={<Nothing state={state} />}
        {...(mayAct && {
          selection,
          rowKeys: keys,
          actions: ({ keys: ids }) => (
            <>
              <Button onClick={() => setDecision({ verb: 'approve', ids })}>Release…</Button>
              <Button variant="default" onClick={() => setDecision({ verb: 'deny', ids })}>
                Deny…
              </Button>
            </>
          ),
        })}
      />
      {decision && (
        <DecideDialog
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

function Nothing({ state }: { readonly state: RequestLine['state'] }) {
  if (state !== 'open')
    return <Empty title="None of these">Requests that were answered stand here for 90 days.</Empty>
  return (
    <Empty title="Nobody is waiting for an answer">
      Here will stand messages that people ask you to release. For which verdicts they must ask is a policy:{' '}
      <ScopedLink to="/policy">settings</ScopedLink> <code>release.*</code> at every level.
    </Empty>
  )
}
