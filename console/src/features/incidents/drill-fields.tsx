import { type IncidentView, routes } from '@mailkeep/contract'
import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'

/** A drill as somebody types it, or why there is none. */
interface Wish {
  readonly kind: 'drill' | 'noDrill'
  readonly text: string
}

export function useDrillWish(): [Wish, (more: Partial<Wish>) => void] {
  const [wish, set] = useState<Wish>({ kind: 'drill', text: '' })
  return [wish, (more) => set((before) => ({ ...before, ...more }))]
}

/** As the API takes it. */
export function drillIn({ kind, text }: Wish): { drill?: string; noDrill?: string } {
  return kind === 'drill' ? { drill: text.trim() } : { noDrill: text.trim() }
}

/** The drill that repeats an incident, or why none can. */
export function DrillFields({
  wish: { kind, text },
  set,
}: {
  readonly wish: Wish
  readonly set: (more: Partial<Wish>) => void
}) {
  return (
    <>
      <SegmentedControl
        aria-label="Whether a drill repeats the incident"
        data={[
          { value: 'drill', label: 'A drill repeats it' },
          { value: 'noDrill', label: 'None can' },
        ]}
        value={kind}
        onChange={(value) => set({ kind: value as Wish['kind'] })}
      />
      <TextField
        name={kind}
        label={kind === 'drill' ? 'Which drill' : 'Why not'}
        description={
          kind === 'drill'
            ? 'one of mailkeep drill --list, such as D12, or one of your own in words'
            : 'what cannot be repeated is not known to be mended, so say why'
        }
        maxLength={kind === 'drill' ? 120 : 500}
        value={text}
        onText={(typed) => set({ text: typed })}
      />
    </>
  )
}

/** Names it for an incident. */
export function NameDrill({
  incident,
  close,
}: {
  readonly incident: IncidentView
  readonly close: () => void
}) {
  const [wish, set] = useDrillWish()
  return (
    <DialogForm
      route={routes.nameIncidentDrill}
      changes={[routes.incident, routes.incidentDraft]}
      question={() => ({ params: { incident: incident.id }, body: drillIn(wish) })}
      seen={tagOf(incident)}
      done="It is written down."
      close={close}
      submit="Write it down"
      isOff={wish.text.trim() === ''}
    >
      <DrillFields wish={wish} set={set} />
    </DialogForm>
  )
}
