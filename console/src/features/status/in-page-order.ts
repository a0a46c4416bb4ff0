import type { StatusComponent } from '@mailkeep/contract'

type Placed = Pick<StatusComponent, 'id' | 'parent'>

/** The one that it is a part of; null: it stands by itself, also where that one is gone. */
export function groupOf({ parent }: Placed, components: readonly Placed[]): string | null {
  return components.find(({ id }) => id === parent)?.id ?? null
}

/** Each with its parts behind it, as the public page has them. */
export function inPageOrder<Component extends Placed>(components: readonly Component[]): Component[] {
  const tops = components.filter((each) => groupOf(each, components) === null)
  return tops.flatMap((top) => [top, ...components.filter(({ parent }) => parent === top.id)])
}
