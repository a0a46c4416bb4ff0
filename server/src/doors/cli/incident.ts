import {
  type CauseName,
  causes,
  drillWords,
  type Incident,
  incidentStates,
  isOver,
} from '#services/incidents/incident.ts'
import { incidentOf } from '#services/incidents/incident-order.ts'
import { nameCause } from '#services/incidents/name-cause.ts'
import { type NewDrill, nameDrill } from '#services/incidents/name-drill.ts'
import { openIncident } from '#services/incidents/open-incident.ts'
import { keepPromise, promiseReview } from '#services/incidents/promise-review.ts'
import { updateIncident } from '#services/incidents/update-incident.ts'
import { type Impact, impacts } from '#services/status/status-store.ts'
import type { UpstreamFault } from '#services/upstream/upstream-faults.ts'
import { type Arguments, UseError } from './arguments.ts'
import { clip } from './clip.ts'
import { describeIncident } from './describe-incident.ts'
import type { GroupCommand } from './group-command.ts'
import { affected, repair, setList } from './incident-mail.ts'
import { postmortem } from './incident-postmortem.ts'
import { oneWord, publishIfTold } from './incident-words.ts'
import { localTime } from './local-time.ts'
import { incidentOrderOf } from './order-of.ts'
import { readMoment } from './read-moment.ts'
import type { Site } from './site.ts'
import type { SiteCommand } from './site-command.ts'
import { table } from './table.ts'

const drillOptions = { drill: { type: 'string' }, 'no-drill': { type: 'string' } } as const
const drillHelp = `  --drill     the drill that repeats it: a name of mailkeep drill --list, or one of your own in words
  --no-drill  why none can repeat it`
const directions = ['inbound', 'outbound', 'both'] as const

const list: SiteCommand = {
  name: 'list',
  summary: 'lists incidents',
  help: `Usage: mailkeep incident list [--open]
Lists the latest 100 incidents, newest first. Exit code 0: none is open. 1: one is.`,
  options: { open: { type: 'boolean' } },
  async run(site, given, out) {
    const incidents = await site.incidents.list(given.flag('open') ? { open: true } : {}, 100)
    const rows = incidents.map((each) => [
      each.id,
      each.state,
      localTime(each.startedAt),
      each.cause?.name ?? '-',
      each.figures === null ? '-' : `${each.figures.isExact === false ? '>= ' : ''}${each.figures.affected}`,
      each.isPublic ? 'public' : '',
      clip(each.name, 50),
    ])
    const head = ['incident', 'state', 'began', 'cause', 'affected', '', 'name']
    out.answer({ incidents }, rows.length === 0 ? 'There is no incident.' : table(head, rows))
    return incidents.some((each) => !isOver(each)) ? 1 : 0
  },
}

const show: SiteCommand = {
  name: 'show',
  summary: 'shows all that is known of one',
  help: `Usage: mailkeep incident show ID
Shows an incident: state, cause with what was measured, the mail that it touched, what was changed beside it,
its log, promised reviews and repairs.`,
  options: {},
  async run(site, given, out) {
    const incident = await incidentOf(incidentOrderOf(site), oneWord(given))
    const fault = await faultOf(site, incident)
    out.answer({ incident, upstream: fault }, describeIncident(incident, fault))
    return 0
  },
}

const open: SiteCommand = {
  name: 'open',
  summary: 'opens one by hand',
  help: `Usage: mailkeep incident open NAME --text TEXT [--public] [--impact none|minor|major|critical]
  [--direction inbound|outbound|both] [--node NODE] [--stage STAGE] [--began MOMENT] [--upstream]
Opens an incident. The house alone sees it, until --public here or at an update tells it on the status page.`,
  options: {
    text: { type: 'string' },
    public: { type: 'boolean' },
    impact: { type: 'string' },
    direction: { type: 'string' },
    node: { type: 'string' },
    stage: { type: 'string' },
    began: { type: 'string' },
    upstream: { type: 'boolean' },
  },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    const [began, direction] = [given.text('began'), given.text('direction')]
    const incident = await openIncident(order, {
      name: given.words.join(' '),
      text: given.text('text') ?? '',
      isTold: given.flag('public'),
      impact: oneOf(impacts, 'impact', given.text('impact') ?? 'minor') as Impact,
      isUpstream: given.flag('upstream'),
      node: given.text('node') ?? null,
      stage: given.text('stage') ?? null,
      ...(direction !== undefined && {
        direction: oneOf(directions, 'direction', direction) as (typeof directions)[number],
      }),
      ...(began !== undefined && { startedAt: readMoment(began, order.at) }),
    })
    await publishIfTold(site, incident)
    out.answer({ incident }, `${incident.id} is open: ${incident.name}`)
    return 0
  },
}

const update: SiteCommand = {
  name: 'update',
  summary: 'says what is new about one',
  help: `Usage: mailkeep incident update ID --text TEXT [--state STATE] [--impact IMPACT] [--public | --private]
       mailkeep incident update ID --drill DRILL | --no-drill REASON
Says what is new. The public is told where it knows of the incident already, unless --private; with --public it is told
from now on. It is resolved only with a cause (mailkeep incident cause), and with every promised review held; any other
state opens it again. What the public knows of is not closed and not opened again with --private.
States: ${incidentStates.join(', ')}.
${drillHelp}`,
  options: {
    ...drillOptions,
    text: { type: 'string' },
    state: { type: 'string' },
    impact: { type: 'string' },
    public: { type: 'boolean' },
    private: { type: 'boolean' },
  },
  async run(site, given, out) {
    const [state, impact] = [given.text('state'), given.text('impact')]
    if (given.flag('public') && given.flag('private')) throw new UseError('--public or --private, not both')
    const drill = readDrill(given)
    if (drill) {
      const incident = await nameDrill(incidentOrderOf(site), oneWord(given), drill)
      if (given.text('text') === undefined) {
        out.answer(
          { incident },
          `${incident.name}: ${incident.repeatedBy ? drillWords(incident.repeatedBy) : ''}.`,
        )
        return 0
      }
    }
    const incident = await updateIncident(incidentOrderOf(site), oneWord(given), {
      text: given.text('text') ?? '',
      ...(state !== undefined && { state: oneOf(incidentStates, 'state', state) as Incident['state'] }),
      ...(impact !== undefined && { impact: oneOf(impacts, 'impact', impact) as Impact }),
      ...(given.flag('public') && { isTold: true }),
      ...(given.flag('private') && { isTold: false }),
    })
    await publishIfTold(site, incident)
    out.answer({ incident }, `${incident.name}: ${incident.state}.`)
    return 0
  },
}

const cause: SiteCommand = {
  name: 'cause',
  summary: 'names its cause',
  help: `Usage: mailkeep incident cause ID CAUSE --text TEXT [--evidence WHAT=VALUE]...
Names what caused it, one of:
${causes.join(', ')}.
A cause that stays unknown needs data before the incident can be closed: --evidence, or a counted list.`,
  options: { text: { type: 'string' }, evidence: { type: 'string', multiple: true } },
  async run(site, given, out) {
    const [id, name, ...more] = given.words
    if (id === undefined || name === undefined || more.length > 0)
      throw new UseError('name an incident and a cause')
    const order = incidentOrderOf(site)
    const incident = await nameCause(order, id, {
      name: oneOf(causes, 'cause', name) as CauseName,
      words: given.text('text') ?? '',
      evidence: given.texts('evidence').map((each) => readEvidence(each, order.at)),
    })
    out.answer({ incident }, `${incident.name}: ${name}.`)
    return 0
  },
}

const promise: SiteCommand = {
  name: 'promise',
  summary: 'promises a review, or says what came out of it',
  help: `Usage: mailkeep incident promise ID TEXT --due MOMENT
       mailkeep incident promise ID --held PROMISE --text TEXT [--drill DRILL | --no-drill REASON]
Promises a review until a moment. The incident cannot be closed until it was held, and it is held when a drill is named
that repeats the incident, or why none can.
${drillHelp}`,
  options: { ...drillOptions, due: { type: 'string' }, held: { type: 'string' }, text: { type: 'string' } },
  async run(site, given, out) {
    const [id, ...words] = given.words
    if (id === undefined) throw new UseError('name an incident')
    const order = incidentOrderOf(site)
    const [due, held] = [given.text('due'), given.text('held')]
    if ((due === undefined) === (held === undefined)) throw new UseError('--due or --held is needed')
    const incident =
      held === undefined
        ? await promiseReview(order, id, { what: words.join(' '), due: readMoment(due ?? '', order.at) })
        : await keepPromise(order, id, held, given.text('text') ?? '', readDrill(given))
    const left = incident.promises.filter((each) => each.keptAt === null).length
    out.answer({ incident }, `${incident.name}: ${left} of ${incident.promises.length} reviews are due.`)
    return 0
  },
}

function readDrill(given: Arguments): NewDrill | undefined {
  const [drill, noDrill] = [given.text('drill'), given.text('no-drill')]
  if (drill !== undefined && noDrill !== undefined) throw new UseError('--drill or --no-drill, not both')
  if (drill !== undefined) return { drill }
  return noDrill === undefined ? undefined : { noDrill }
}

/** The fault of others that it is; null: it is none. */
async function faultOf(site: Site, { id, isUpstream }: Incident): Promise<UpstreamFault | null> {
  if (!isUpstream) return null
  return (await site.upstream.faults(0, Date.now())).find((each) => each.incident === id) ?? null
}

function readEvidence(text: string, at: number) {
  const [, what = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (what === '') throw new UseError(`--evidence is WHAT=VALUE, not ${text}`)
  return { what: what.trim(), value: value.trim(), at }
}

function oneOf(words: readonly string[], name: string, word: string): string {
  if (!words.includes(word)) throw new UseError(`${name} must be one of ${words.join(', ')}`)
  return word
}

/** `./mailkeep incident`. */
export const command: GroupCommand = {
  name: 'incident',
  summary: 'incidents: state, cause, the mail that they touched, repairs',
  verbs: [list, show, open, update, cause, setList, affected, repair, promise, postmortem],
}
