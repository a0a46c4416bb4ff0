import { escapeMarkup } from './markup.ts'
import { renderCalendar } from './render-calendar.ts'
import { renderAtom, renderRss } from './render-feeds.ts'
import type { StatusState } from './status-state.ts'

/** The folder of files about one component each. */
export const componentFolder = 'components'

/** `components/gateway`: where the files about one component stand. */
export function componentPlace(id: string): string {
  return `${componentFolder}/${id}`
}

/** Feeds and calendar of each component, by their paths: what touches it or a part of it, and what names none. */
export function renderComponentFiles(state: StatusState, now: number) {
  return state.components.flatMap((component) => {
    const own = stateOf(component.id, component.name, state)
    const place = componentPlace(component.id)
    return [
      [`${place}/history.rss`, 'application/rss+xml', renderRss(own)],
      [`${place}/history.atom`, 'application/atom+xml', renderAtom(own, component.id)],
      [`${place}/maintenance.ics`, 'text/calendar', renderCalendar(own, now)],
    ] as const
  })
}

/** Where readers of one component find its feeds and its calendar: a list that is shut until somebody opens it. */
export function renderComponentLinks({ components }: StatusState): string {
  if (components.length === 0) return ''
  const items = components.map(({ id, name }) => {
    const link = (file: string, text: string) =>
      `<a href="${componentPlace(id)}/${file}" aria-label="${text}: ${escapeMarkup(name)}">${text}</a>`
    return `<li>${escapeMarkup(name)}: ${link('history.atom', 'Atom')} ${link('history.rss', 'RSS')} ${link('maintenance.ics', 'Calendar')}</li>`
  })
  return `<details><summary>Feeds and calendar of one component</summary><ul>${items.join('\n')}</ul></details>`
}

function stateOf(id: string, name: string, state: StatusState): StatusState {
  const parts = state.components.filter((each) => each.id === id || each.parent === id)
  const ids = new Set(parts.map((each) => each.id))
  return {
    ...state,
    page: { ...state.page, name: `${state.page.name}: ${name}` },
    incidents: state.incidents.filter(
      ({ components }) => components.length === 0 || components.some((one) => ids.has(one.id)),
    ),
  }
}
