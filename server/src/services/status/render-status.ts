import { renderComponentFiles } from './component-files.ts'
import { renderIncidentPages } from './incident-page.ts'
import { pageStyle } from './page-style.ts'
import { renderPublished } from './published-moment.ts'
import { renderApi } from './render-api.ts'
import { renderCalendar } from './render-calendar.ts'
import { renderAtom, renderRss } from './render-feeds.ts'
import { renderPage } from './render-page.ts'
import type { StatusState } from './status-state.ts'

/** The state that all other files are made of, for a process that serves the page by itself. */
export const stateName = 'state.json'
/**
 * They name the moment of publishing, so they differ each time; all others differ where what they tell does. They are
 * written last, in this order: whoever reads them finds the files that they speak of.
 */
export const lastFiles: readonly string[] = ['index.html', 'published.json', stateName]

/** A file of the status page. */
export interface StatusFile {
  /** As in Content-Type. */
  readonly type: string
  readonly body: string
}

/**
 * Every file of the status page by its path, without a slash at the beginning. It depends on the state and the moment
 * alone, so any web host can serve it, and the last state can be shown without the platform.
 */
export function renderStatus(state: StatusState, now: number): Map<string, StatusFile> {
  const byComponent = renderComponentFiles(state, now).map(
    ([path, type, body]) => [path, { type: `${type}; charset=utf-8`, body }] as const,
  )
  const pages = renderIncidentPages(state, now).map(
    ([path, body]) => [path, { type: 'text/html; charset=utf-8', body }] as const,
  )
  return new Map<string, StatusFile>([
    ['index.html', { type: 'text/html; charset=utf-8', body: renderPage(state, now) }],
    ['status.css', { type: 'text/css; charset=utf-8', body: pageStyle }],
    ['history.rss', { type: 'application/rss+xml; charset=utf-8', body: renderRss(state) }],
    ['history.atom', { type: 'application/atom+xml; charset=utf-8', body: renderAtom(state) }],
    ['maintenance.ics', { type: 'text/calendar; charset=utf-8', body: renderCalendar(state, now) }],
    [
      'history.json',
      { type: 'application/json; charset=utf-8', body: JSON.stringify({ months: state.months ?? [] }) },
    ],
    [
      'published.json',
      { type: 'application/json; charset=utf-8', body: JSON.stringify(renderPublished(state)) },
    ],
    ...byComponent,
    ...pages,
    ...renderAnswers(state, now),
  ])
}

/** Those of them that say when something has changed last (`changedAt`): answers of the API. */
export function renderAnswers(state: StatusState, now: number): Map<string, StatusFile> {
  return new Map(
    [...renderApi(state, now)].map(([path, answer]) => [
      path,
      { type: 'application/json; charset=utf-8', body: JSON.stringify(answer) },
    ]),
  )
}
