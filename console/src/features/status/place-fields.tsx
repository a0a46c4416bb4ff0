import type { StatusComponent } from '@mailkeep/contract'
import { NativeSelect } from '@mantine/core'
import { groupOf } from './in-page-order.ts'

/** A component as somebody wants it. */
export interface ComponentWish extends Pick<StatusComponent, 'id' | 'name' | 'description' | 'isHidden'> {
  readonly probes: string[]
  /** Empty: it stands by itself. */
  readonly parent: string
  /** The one of its level that it stands after. */
  readonly after: string
}

const first = '-'

/** What it is a part of, and where among its like it stands. */
export function PlaceFields({
  wish,
  set,
  others,
}: {
  readonly wish: ComponentWish
  readonly set: (more: Partial<ComponentWish>) => void
  readonly others: readonly StatusComponent[]
}) {
  const hasParts = others.some((each) => each.parent === wish.id)
  const siblings = siblingsOf(wish, others)
  return (
    <>
      {!hasParts && (
        <NativeSelect
          label="A part of"
          value={wish.parent}
          data={[
            { value: '', label: 'nothing: it stands by itself' },
            ...others
              .filter((each) => groupOf(each, others) === null)
              .map((each) => ({ value: each.id, label: each.name })),
          ]}
          onChange={(event) => set({ parent: event.currentTarget.value })}
        />
      )}
      {siblings.length > 0 && (
        <NativeSelect
          label="Stands"
          value={shownPlace(wish, others)}
          data={[
            { value: first, label: 'first' },
            ...siblings.map((each) => ({ value: each.id, label: `after ${each.name}` })),
          ]}
          onChange={(event) => set({ after: event.currentTarget.value })}
        />
      )}
    </>
  )
}

const siblingsOf = ({ parent }: Pick<ComponentWish, 'parent'>, others: readonly StatusComponent[]) =>
  others.filter((each) => (groupOf(each, others) ?? '') === parent)

/** Who comes to another level stands at its end. */
function shownPlace(wish: ComponentWish, others: readonly StatusComponent[]): string {
  const siblings = siblingsOf(wish, others)
  if (wish.after === first || siblings.some((each) => each.id === wish.after)) return wish.after
  return siblings.at(-1)?.id ?? first
}

/** As the API takes it: the one that it stands after on the whole page; null: it is the first of all. */
export function afterOf(wish: ComponentWish, others: readonly StatusComponent[]): string | null {
  const place = shownPlace(wish, others)
  return place === first ? wish.parent || null : place
}

/** The one of its level that a component stands after. */
export function placeOf(components: readonly StatusComponent[], component: StatusComponent): string {
  const group = groupOf(component, components)
  const siblings = components.filter((each) => groupOf(each, components) === group)
  return siblings[siblings.findIndex((each) => each.id === component.id) - 1]?.id ?? first
}
