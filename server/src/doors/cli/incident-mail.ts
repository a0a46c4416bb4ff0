import { questionOf } from '#services/incidents/affected-mail.ts'
import { affectedWords, type Incident, type Predicate } from '#services/incidents/incident.ts'
import { incidentOf } from '#services/incidents/incident-order.ts'
import { measureIncident } from '#services/incidents/measure-incident.ts'
import { repairIncident } from '#services/incidents/repair-incident.ts'
import { type Repair, repairs } from '#services/incidents/repair-task.ts'
import { setPredicate } from '#services/incidents/set-predicate.ts'
import { listAffected } from '#services/ledger/list-affected.ts'
import { writeAffected } from './affected.ts'
import { type Arguments, UseError } from './arguments.ts'
import { counted } from './counted.ts'
import { oneWord } from './incident-words.ts'
import { readMailConditions } from './mail-conditions.ts'
import { eventOptions } from './mail-filter-options.ts'
import { incidentOrderOf } from './order-of.ts'
import { readMoment } from './read-moment.ts'
import type { SiteCommand } from './site-command.ts'

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** `./mailkeep incident touched`: says which mail an incident touched, and counts it. */
export const setList: SiteCommand = {
  name: 'touched',
  summary: 'says which mail it touched, and counts it',
  help: `Usage: mailkeep incident touched ID [--since T] [--until T] [--direction D] [--reason R] [--kind K]
  [--node N] [--tenant ID] [--domain NAME] [--reply TEXT] [--finding CODES] [--on-error] [--late-by TIME]
Says which mail it touched: deliveries with an event between two moments that meets every condition, and refusals; then
counts it in the ledger. Without conditions it is counted anew.
  --since    begins with the incident where it is not given; --until ends with it
  --domain   domain of the recipient
  --late-by  only what was accepted and had not come to an end so long after, such as 90s, 5m, 1h
The others are those of mailkeep affected.`,
  options: {
    ...eventOptions,
    direction: { type: 'string' },
    domain: { type: 'string' },
    'late-by': { type: 'string' },
  },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    const id = oneWord(given)
    const predicate = readPredicate(await incidentOf(order, id), given, order.at)
    if (predicate) await setPredicate(order, id, predicate)
    const incident = await measureIncident(order, site.ledger, id)
    const figures = incident.figures ?? { affected: 0, all: 0, tenants: 0 }
    out.answer(
      { incident },
      `${incident.name}: ${affectedWords(figures)} deliveries and refusals, ${counted(figures.tenants, 'tenant')}.`,
    )
    return 0
  },
}

/** Null: no condition is given. */
function readPredicate({ startedAt }: Incident, given: Arguments, now: number): Predicate | null {
  const [since, until, late, direction] = ['since', 'until', 'late-by', 'direction'].map((each) =>
    given.text(each),
  )
  if (direction !== undefined && direction !== 'inbound' && direction !== 'outbound')
    throw new UseError('--direction is inbound or outbound')
  const conditions = {
    ...readMailConditions(given, ['reason', 'kind', 'node', 'tenant', 'domain', 'reply']),
    ...(direction !== undefined && { direction: direction as 'inbound' | 'outbound' }),
    ...(late !== undefined && { lateBy: readSpan(late) }),
  }
  if (since === undefined && until === undefined && Object.keys(conditions).length === 0) return null
  return {
    since: since === undefined ? startedAt : readMoment(since, now),
    until: until === undefined ? null : readMoment(until, now),
    ...conditions,
  }
}

function readSpan(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  if (count === undefined) throw new UseError('--late-by is a time such as 90s, 5m or 1h')
  return Number(count) * (units[unit] ?? 0)
}

/** `./mailkeep incident affected`: the list itself. */
export const affected: SiteCommand = {
  name: 'affected',
  summary: 'lists the mail that it touched, with its state and next step',
  help: `Usage: mailkeep incident affected ID [--csv]
Lists every delivery and refusal that it touched, each once, as it stands now. Counts stand at the end.
  --csv     as CSV, the counts on standard error
Exit code 0: nobody. 1: somebody was.`,
  options: { csv: { type: 'boolean' } },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    const question = questionOf(await incidentOf(order, oneWord(given)), order.at)
    return writeAffected(listAffected(site.ledger, question), '', given.flag('csv'), out)
  },
}

/** `./mailkeep incident repair`: puts right what it did. */
export const repair: SiteCommand = {
  name: 'repair',
  summary: 'releases, rescans, tries or sends again all of its mail',
  help: `Usage: mailkeep incident repair ID ${repairs.join('|')} --yes
Does something to all mail that it touched and that is in a state for it, each delivery once. The server does it,
step by step; incident show ID names the task, and how far it has come.
  release  what is in quarantine or held; rescan: judges what is in quarantine anew
  retry    what waits; resend: what was returned and whose content is kept; delete: what is in quarantine`,
  options: { yes: { type: 'boolean' } },
  async run(site, given, out) {
    const [id, action, ...more] = given.words
    if (id === undefined || action === undefined || more.length > 0)
      throw new UseError('name an incident and a repair')
    if (!(repairs as readonly string[]).includes(action))
      throw new UseError(`a repair is one of ${repairs.join(', ')}`)
    if (!given.flag('yes'))
      throw new UseError('say --yes: mailkeep incident affected ID shows what it would touch')
    const { config } = site.loaded
    const tasks = { tasks: site.tasks, readTasks: site.tasks, kick: () => undefined, now: () => Date.now() }
    const { incident, task } = await repairIncident(incidentOrderOf(site), site.ledger, tasks, id, {
      action: action as Repair,
      lifeMs: config['delivery.expiryInbound'],
      mayVirus: false,
      tenant: (await site.directory.tenants()).find((each) => each.level === 'operator')?.id ?? '',
    })
    out.answer(
      { incident, task },
      `${action} of ${counted(task.total, 'delivery', 'deliveries')} is under way as ${task.id}.`,
    )
    return 0
  },
}
