import { type CauseName, causes } from '#services/incidents/incident.ts'
import type { NewCause } from '#services/incidents/name-cause.ts'
import { openIncident } from '#services/incidents/open-incident.ts'
import { updateIncident } from '#services/incidents/update-incident.ts'
import { cancelMaintenance, moveMaintenance } from '#services/status/move-maintenance.ts'
import { scheduleMaintenance } from '#services/status/open-incident.ts'
import { postUpdate } from '#services/status/post-update.ts'
import { standingOf } from '#services/status/standing.ts'
import { incidentOf as statusIncidentOf } from '#services/status/status-order.ts'
import { isOpen, phaseOf } from '#services/status/status-state.ts'
import {
  type AffectedComponent,
  type ComponentState,
  componentStates,
  type Impact,
  impacts,
  incidentStates,
  maintenanceStates,
  type StatusIncidentState,
} from '#services/status/status-store.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import type { GroupCommand } from './group-command.ts'
import { localTime } from './local-time.ts'
import { incidentOrderOf } from './order-of.ts'
import { readMoment } from './read-moment.ts'
import type { SiteCommand } from './site-command.ts'
import { componentVerb, confirmVerb, overrideVerb } from './status-components.ts'
import { subscribersVerb } from './status-subscribers.ts'
import { oneOf, oneWord, publish, readWords, wordOptions, wordsHelp } from './status-words.ts'
import { table } from './table.ts'

const show: SiteCommand = {
  name: 'show',
  summary: 'says what the public is told',
  help: `Usage: mailkeep status show
Says what the public is told now: components, open incidents and planned work, with their ids.`,
  options: {},
  isReading: true,
  async run(site, _given, out) {
    const state = await publish(site)
    const now = state.publishedAt
    const open = state.incidents.filter((each) => isOpen(each, now))
    const components = state.components.map((each) => {
      const { state: found, basis } = standingOf(each, state, now)
      return [each.id, found ?? 'unknown', basis, clip(each.name, 40)]
    })
    const told = open.map((each) => [
      each.id,
      phaseOf(each, now),
      localTime(each.startedAt),
      clip(each.name, 50),
    ])
    const text = [
      components.length === 0
        ? 'No component has been named.'
        : table(['component', 'state', '', 'name'], components),
      told.length === 0 ? 'Nothing is open.' : table(['incident', 'state', 'begins', 'name'], told),
    ]
    out.answer({ components: state.components, open }, text.join('\n\n'))
    return 0
  },
}

const open: SiteCommand = {
  name: 'open',
  summary: 'tells the public of an incident',
  help: `Usage: mailkeep status open NAME --text TEXT [--impact none|minor|major|critical] [--component ID=STATE]...
  [--state investigating|identified|monitoring|resolved] [--began MOMENT] [--ended MOMENT] [--upstream]
  [--cause CAUSE=WORDS]
Tells the public of an incident. With --ended it is told afterwards, and published as such. It is the same incident as
that of mailkeep incident, which has its list of affected mail and its repairs.
  --component  what it does to a component: ${componentStates.slice(2).join(', ')}
  --upstream   the fault of a receiver or a provider
  --cause      what caused it, a word of those that mailkeep incident cause --help names; one that is over needs it
${wordsHelp}`,
  options: {
    cause: { type: 'string' },
    text: { type: 'string' },
    impact: { type: 'string' },
    component: { type: 'string', multiple: true },
    state: { type: 'string' },
    began: { type: 'string' },
    ended: { type: 'string' },
    ...wordOptions,
    upstream: { type: 'boolean' },
  },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    const [began, ended, state] = [given.text('began'), given.text('ended'), given.text('state')]
    const opened = await openIncident(order, {
      name: given.words.join(' '),
      text: given.text('text') ?? '',
      isTold: true,
      impact: oneOf(impacts, 'impact', given.text('impact') ?? 'minor') as Impact,
      components: given.texts('component').map(readAffected),
      isUpstream: given.flag('upstream'),
      ...readWords(given, order.at),
      ...(state !== undefined && { state: stateOfIncident(state) }),
      ...(began !== undefined && { startedAt: readMoment(began, order.at) }),
      ...(ended !== undefined && { resolvedAt: readMoment(ended, order.at) }),
      ...causeOf(given),
    })
    const incident = await statusIncidentOf(order, opened.id)
    await publish(site)
    out.answer({ incident }, `The public is told of ${incident.id}: ${incident.name}`)
    return 0
  },
}

const update: SiteCommand = {
  name: 'update',
  summary: 'tells what is new about an incident',
  help: `Usage: mailkeep status update ID --state STATE --text TEXT [--component ID=STATE]... [--cause CAUSE=WORDS]
Tells what is new about an incident or planned work. An incident is resolved with a cause only, one of
${causes.slice(0, 8).join(', ')},
${causes.slice(8).join(', ')}.
States of an incident: ${incidentStates.join(', ')};
of planned work: ${maintenanceStates.join(', ')}.
${wordsHelp}`,
  options: {
    state: { type: 'string' },
    text: { type: 'string' },
    component: { type: 'string', multiple: true },
    cause: { type: 'string' },
    ...wordOptions,
  },
  async run(site, given, out) {
    const id = oneWord(given, 'an incident')
    const order = incidentOrderOf(site)
    const states = [...incidentStates, ...maintenanceStates]
    const affected = given.texts('component').map(readAffected)
    const told = {
      state: oneOf(states, 'state', given.text('state') ?? '') as StatusIncidentState,
      text: given.text('text') ?? '',
      ...readWords(given, Date.now()),
      ...(affected.length > 0 && { components: affected }),
    }
    if (await site.incidents.read(id))
      await updateIncident(order, id, { ...told, state: stateOfIncident(told.state), ...causeOf(given) })
    else await postUpdate(order, id, told)
    const incident = await statusIncidentOf(order, id)
    await publish(site)
    out.answer({ incident }, `${incident.name}: ${incident.state.replace('_', ' ')}.`)
    return 0
  },
}

const schedule: SiteCommand = {
  name: 'schedule',
  summary: 'announces planned work',
  help: `Usage: mailkeep status schedule NAME --from MOMENT --until MOMENT --text TEXT [--component ID]...
  [--impact none|minor|major|critical] [--short-notice]
Announces planned work, five days ahead at least. It begins and ends on the page by itself.
  --impact        what customers will feel; minor where it names components
  --short-notice  it is announced later than that, and the page says so
${wordsHelp}`,
  options: {
    text: { type: 'string' },
    from: { type: 'string' },
    until: { type: 'string' },
    impact: { type: 'string' },
    'short-notice': { type: 'boolean' },
    component: { type: 'string', multiple: true },
    ...wordOptions,
  },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    const [from, until, impact] = [given.text('from'), given.text('until'), given.text('impact')]
    if (from === undefined || until === undefined) throw new UseError('--from and --until are needed')
    const incident = await scheduleMaintenance(order, {
      name: given.words.join(' '),
      text: given.text('text') ?? '',
      ...{ from: readMoment(from, order.at), until: readMoment(until, order.at) },
      components: given.texts('component'),
      isShortNotice: given.flag('short-notice'),
      ...(impact !== undefined && { impact: oneOf(impacts, 'impact', impact) as Impact }),
      ...readWords(given, order.at),
    })
    await publish(site)
    out.answer(
      { incident },
      `Announced as ${incident.id}: ${localTime(incident.startedAt)}, ${incident.name}`,
    )
    return 0
  },
}

const move: SiteCommand = {
  name: 'move',
  summary: 'moves planned work to another time',
  help: `Usage: mailkeep status move ID [--from MOMENT] [--until MOMENT] --text TEXT [--short-notice]
Moves planned work, or the end of work that is on; subscribers hear of it, and calendars move it.
  --text          why, for the public
  --short-notice  the new beginning is less than five days ahead, and the page says so
${wordsHelp}`,
  options: {
    text: { type: 'string' },
    from: { type: 'string' },
    until: { type: 'string' },
    'short-notice': { type: 'boolean' },
    ...wordOptions,
  },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    const [from, until] = [given.text('from'), given.text('until')]
    const incident = await moveMaintenance(order, oneWord(given, 'planned work'), {
      text: given.text('text') ?? '',
      isShortNotice: given.flag('short-notice'),
      ...(from !== undefined && { from: readMoment(from, order.at) }),
      ...(until !== undefined && { until: readMoment(until, order.at) }),
      ...readWords(given, order.at),
    })
    await publish(site)
    const [begins, ends] = [incident.from ?? 0, incident.until ?? 0].map(localTime)
    out.answer({ incident }, `${incident.name}: ${begins} to ${ends}.`)
    return 0
  },
}

const cancel: SiteCommand = {
  name: 'cancel',
  summary: 'cancels planned work before it begins',
  help: `Usage: mailkeep status cancel ID --text REASON
Cancels planned work that has not begun. The page goes on telling it, as cancelled, with the reason; subscribers hear of
it, and calendars cancel it. Work that is on is ended by mailkeep status update ID --state completed.`,
  options: { text: { type: 'string' } },
  async run(site, given, out) {
    const id = oneWord(given, 'planned work')
    const incident = await cancelMaintenance(incidentOrderOf(site), id, given.text('text') ?? '')
    await publish(site)
    out.answer({ incident }, `${incident.name}: cancelled.`)
    return 0
  },
}

function causeOf(given: Arguments): { cause?: NewCause } {
  const text = given.text('cause')
  if (text === undefined) return {}
  const [, name = '', words = ''] = /^([a-z-]+)(?:=(.*))?$/s.exec(text) ?? []
  return { cause: { name: oneOf(causes, 'cause', name) as CauseName, words: words || name } }
}

function stateOfIncident(state: string): (typeof incidentStates)[number] {
  return oneOf(incidentStates, 'state', state) as (typeof incidentStates)[number]
}

function readAffected(text: string): AffectedComponent {
  const [id = '', state = 'degraded_performance', ...more] = text.split('=')
  if (more.length > 0) throw new UseError(`--component is ID=STATE, not ${text}`)
  return { id, state: oneOf(componentStates, 'component', state) as ComponentState }
}

/** `./mailkeep status`. */
export const command: GroupCommand = {
  name: 'status',
  summary: 'the public status page: components, incidents, planned work',
  verbs: [
    show,
    componentVerb,
    overrideVerb,
    confirmVerb,
    open,
    update,
    schedule,
    move,
    cancel,
    subscribersVerb,
  ],
}
