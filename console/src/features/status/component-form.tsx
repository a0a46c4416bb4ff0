import { routes, type StatusComponent, type StatusView } from '@mailkeep/contract'
import { Checkbox, MultiSelect } from '@mantine/core'
import { useState } from 'react'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TextField } from '../../ui/form.tsx'
import { groupOf } from './in-page-order.ts'
import { afterOf, type ComponentWish, PlaceFields, placeOf } from './place-fields.tsx'

/** Adds a component, or changes how it is called, where it stands, what it stands for and who sees it. */
export function ComponentForm({
  status: { components, probes: known },
  component,
  close,
}: {
  readonly status: StatusView
  /** None: a new one. */
  readonly component?: StatusComponent
  readonly close: () => void
}) {
  const [began] = useState(() => wishOf(components, component))
  const [wish, setWish] = useState(began)
  const set = (more: Partial<ComponentWish>) => setWish((before) => ({ ...before, ...more }))
  const { id, name, description, parent, probes, isHidden } = wish
  const others = components.filter((each) => each.id !== component?.id)
  const isMoved = component === undefined || wish.after !== began.after || parent !== began.parent
  return (
    <DialogForm
      route={routes.putStatusComponent}
      changes={[routes.status, routes.statusDays]}
      question={() => ({
        params: { component: id.trim() },
        isNew: component === undefined,
        body: {
          ...{ name: name.trim(), description: description.trim(), parent: parent || null, probes, isHidden },
          ...(isMoved && { after: afterOf(wish, others) }),
        },
      })}
      seen={component && `"${component.etag}"`}
      done={component ? 'It is changed, and published.' : 'It is on the status page.'}
      close={close}
      submit={component ? 'Save' : 'Put it on the page'}
      isOff={name.trim() === '' || id.trim() === ''}
    >
      <TextField
        name="name"
        label="Name"
        description="what the public calls it"
        data-autofocus
        maxLength={120}
        value={name}
        onText={(text) => set({ name: text })}
      />
      {!component && (
        <TextField
          name="component"
          label="Short name"
          description="for programs: small letters, digits and -; it stays as it is"
          maxLength={40}
          value={id}
          onText={(text) => set({ id: text.toLowerCase() })}
        />
      )}
      <TextField
        name="description"
        label="What it is"
        maxLength={300}
        value={description}
        onText={(text) => set({ description: text })}
      />
      <PlaceFields wish={wish} set={set} others={others} />
      <MultiSelect
        label="What measures it"
        description="tries of our own; without any it is told by hand"
        data={[...new Set([...known, ...probes])]}
        value={probes}
        onChange={(names) => set({ probes: names })}
      />
      <Checkbox
        label="Hidden: measured, and seen by nobody outside, with its parts"
        checked={isHidden}
        onChange={(event) => set({ isHidden: event.currentTarget.checked })}
      />
    </DialogForm>
  )
}

/** What a form begins with. */
function wishOf(
  components: readonly StatusComponent[],
  component: StatusComponent | undefined,
): ComponentWish {
  if (!component)
    return { id: '', name: '', description: '', parent: '', probes: [], isHidden: false, after: '' }
  const { id, name, description, probes, isHidden } = component
  return {
    ...{ id, name, description, parent: groupOf(component, components) ?? '', probes: [...probes], isHidden },
    after: placeOf(components, component),
  }
}
