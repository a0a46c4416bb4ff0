import { type PlannedWork, routes } from '@mailkeep/contract'
import { useState } from 'react'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { MomentField } from '../../ui/moment-field.tsx'
import { Note } from '../../ui/notes.tsx'
import { saidIn, ToldFields, useTold } from '../../ui/told-fields.tsx'
import { noticeMs } from './work-states.ts'

const changed = [routes.plannedWork, routes.status]

/** Another time for planned work; of work that is on another end. */
export function MoveWork({ work, close }: { readonly work: PlannedWork; readonly close: () => void }) {
  const [from, setFrom] = useState(work.from)
  const [until, setUntil] = useState(work.until)
  const [told, set] = useTold()
  const isToCome = work.state === 'scheduled'
  const isMoved = from !== work.from
  const isShortNotice = isMoved && Date.parse(from) - Date.now() < noticeMs
  return (
    <DialogForm
      route={routes.movePlannedWork}
      changes={changed}
      question={() => ({
        params: { work: work.id },
        body: { ...(isMoved && { from }), until, isShortNotice, ...saidIn(told) },
      })}
      seen={`"${work.etag}"`}
      done="It is moved, and the public is told."
      close={close}
      submit="Move it"
      isOff={told.text.trim() === '' || until === '' || from === '' || (!isMoved && until === work.until)}
    >
      {isToCome && <MomentField name="from" label="Begins" value={from} onValue={setFrom} />}
      <MomentField name="until" label="Ends" value={until} onValue={setUntil} />
      {isShortNotice && (
        <Note tone="aside">
          The new beginning is less than five days ahead: the page says that it is at short notice.
        </Note>
      )}
      <ToldFields told={told} set={set} label="Why; the public reads this, with both times" />
    </DialogForm>
  )
}

/** It stays on the page as cancelled, with the reason. */
export function CancelWork({ work, close }: { readonly work: PlannedWork; readonly close: () => void }) {
  const [told, set] = useTold()
  return (
    <DialogForm
      route={routes.cancelPlannedWork}
      changes={changed}
      question={() => ({ params: { work: work.id }, body: { text: told.text.trim() } })}
      seen={`"${work.etag}"`}
      done="It is cancelled, and the public is told."
      close={close}
      submit="Cancel this work"
      isOff={told.text.trim() === ''}
    >
      <ToldFields told={told} set={set} isPublic={false} label="Why; the public reads this" />
      <p className="mk-soft">
        It stays on the page as cancelled, and it is not taken back: announce new work.
      </p>
    </DialogForm>
  )
}
