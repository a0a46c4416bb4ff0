import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { TextField, useFieldFault } from './form.tsx'
import { MomentField } from './moment-field.tsx'

/** What the public is told in an update: its text, what goes on, what is to be done, when more is said. */
export interface Told {
  readonly text: string
  readonly unaffected: string
  readonly todo: string
  readonly nextAt: string
}

export function useTold(text = ''): [Told, (more: Partial<Told>) => void] {
  const [told, set] = useState<Told>({ text, unaffected: '', todo: '', nextAt: '' })
  return [told, (more) => set((before) => ({ ...before, ...more }))]
}

/** As the API takes it: what is empty is not said. */
export function saidIn({ text, unaffected, todo, nextAt }: Told) {
  return {
    text: text.trim(),
    ...(unaffected.trim() !== '' && { unaffected: unaffected.trim() }),
    ...(todo.trim() !== '' && { todo: todo.trim() }),
    ...(nextAt !== '' && { nextAt }),
  }
}

/** `isPublic`: the three fields that only the public needs stand below the text. */
export function ToldFields({
  told,
  set,
  label = 'What is known',
  isPublic = true,
}: {
  readonly told: Told
  readonly set: (more: Partial<Told>) => void
  readonly label?: string
  readonly isPublic?: boolean
}) {
  const fault = useFieldFault('text')
  return (
    <>
      <Textarea
        name="text"
        label={label}
        data-autofocus
        autosize
        minRows={3}
        maxRows={10}
        maxLength={4000}
        error={fault}
        value={told.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
      />
      {isPublic && (
        <>
          <TextField
            name="unaffected"
            label="What goes on as always"
            maxLength={600}
            value={told.unaffected}
            onText={(unaffected) => set({ unaffected })}
          />
          <TextField
            name="todo"
            label="What customers have to do"
            placeholder="Mostly nothing"
            maxLength={600}
            value={told.todo}
            onText={(todo) => set({ todo })}
          />
          <MomentField
            name="nextAt"
            label="Next update, at the latest"
            value={told.nextAt}
            onValue={(nextAt) => set({ nextAt })}
          />
        </>
      )}
    </>
  )
}
