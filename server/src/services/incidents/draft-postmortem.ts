import type { StatusIncident } from '#services/status/status-store.ts'
import type { AffectedSums } from './affected-mail.ts'
import { drillWords, evidenceWords, type Incident, lastedMs } from './incident.ts'

/** What is known when a postmortem is begun. */
export interface DraftParts {
  readonly incident: Incident
  /** What the public was told; null: nothing. */
  readonly face: StatusIncident | null
  /** Whom it hit; null: nobody has said which mail it touched. */
  readonly sums: AffectedSums | null
  readonly now: number
  /**
   * Who is to read it. The public gets no names of customers, nodes and next hops, and of the course what it was told.
   */
  readonly audience: 'house' | 'public'
}

/**
 * A postmortem with what was measured filled in, as Markdown. What nobody has measured or said is written as unknown:
 * a person fills it in, or leaves it so.
 */
export function draftPostmortem(parts: DraftParts): string {
  return [
    `# ${line(titleOf(parts))}`,
    summary(parts),
    '## Course',
    course(parts),
    '## Detection',
    detection(parts),
    '## Cause',
    causeOf(parts),
    '## Whom it hit',
    whom(parts),
    '## Recovery',
    recovery(parts),
    '## Next steps',
    nextSteps(parts),
    '## Questions that will be asked',
    questions(parts),
    '',
  ].join('\n\n')
}

const unknown = 'unknown'
/** Who names causes by our own measurements. */
const ourselves = 'mailkeep'
const iso = (at: number | null) =>
  at === null ? unknown : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
/** Texts of people and of mail are one line, and no Markdown of theirs. */
const line = (text: string) => text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|]/g, '\\$&')

/** Ours may name a node or a domain: the public knows it by the name that it was told. */
const titleOf = ({ incident, face, audience }: DraftParts) =>
  audience === 'house' ? incident.name : (face?.name ?? `Incident ${incident.id}`)

const countedOf = ({ isExact, affected }: AffectedSums) => `${isExact ? '' : 'at least '}${affected}`

/** Hours and minutes, exactly. */
function span(from: number | null, to: number | null): string {
  if (from === null || to === null) return unknown
  const minutes = Math.round((to - from) / 60_000)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function summary({ incident, sums, now, audience }: DraftParts): string {
  const { startedAt, startFrom, resolvedAt, direction, impact } = incident
  const place = `; stage: ${incident.stage ?? unknown}; node: ${incident.node ?? unknown}`
  const end = resolvedAt === null ? `not over at ${iso(now)}` : `${iso(resolvedAt)}`
  return [
    `- Began: ${iso(startedAt)} (${startFrom === 'telemetry' ? 'measured' : 'told'})`,
    `- Over: ${end}`,
    `- Lasted: ${span(0, lastedMs(incident))}`,
    `- Impact: ${impact}; direction: ${direction ?? unknown}${audience === 'house' ? place : ''}`,
    `- Affected: ${sums === null ? unknown : `${countedOf(sums)} deliveries and refusals`}`,
  ].join('\n')
}

function course({ incident, face, audience }: DraftParts): string {
  if (audience === 'public') return toldCourse(incident, face)
  const own = incident.log.map((each) => ({ at: each.at, text: `${each.state}: ${line(each.text)}` }))
  const changes = incident.changes.map((each) => ({
    at: each.at,
    text: `changed: ${line(each.what)} (${each.id})`,
  }))
  const start = { at: incident.startedAt, text: 'it began' }
  const told = (face?.updates ?? [])
    .slice(0, 1)
    .map((each) => ({ at: each.at, text: 'the public was told first' }))
  return [...own, ...changes, start, ...told]
    .sort((a, b) => a.at - b.at)
    .map((each) => `- ${iso(each.at)} ${each.text}`)
    .join('\n')
}

/** What the public knows of its course. */
function toldCourse({ startedAt }: Incident, face: StatusIncident | null): string {
  const told = (face?.updates ?? []).map(({ at, state, text }) => `- ${iso(at)} ${state}: ${line(text)}`)
  return [`- ${iso(startedAt)} it began`, ...told].join('\n')
}

function detection({ incident, face, audience }: DraftParts): string {
  const { finding, startedAt, createdAt } = incident
  const first = face?.updates[0]?.at ?? null
  return [
    `- Noticed by ${finding === null ? 'a person' : `our own measurements${audience === 'house' ? ` (${line(finding)})` : ''}`}, ${span(startedAt, createdAt)} after it began`,
    `- The public was told ${first === null ? 'nothing' : `${span(startedAt, first)} after it began`}`,
  ].join('\n')
}

function causeOf({ incident: { cause, changes }, audience }: DraftParts): string {
  if (audience === 'public') return toldCause(cause)
  if (cause === null) return `${unknown}: nobody has named one. ${changes.length} changes stand beside it.`
  const evidence = cause.evidence.map((each) => `- ${iso(each.at)} ${line(evidenceWords(each))}`)
  return [`${cause.name}: ${line(cause.words)}`, evidence.join('\n')]
    .filter((each) => each !== '')
    .join('\n\n')
}

/** Words of our own measurements name nodes, next hops and customers. */
function toldCause(cause: Incident['cause']): string {
  if (cause === null) return unknown
  return cause.who === ourselves ? cause.name : `${cause.name}: ${line(cause.words)}`
}

function whom({ sums, audience }: DraftParts): string {
  if (sums === null) return `${unknown}: nobody has said which mail it touched.`
  const rows = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .slice(0, 20)
      .map(([name, count]) => `| ${line(name)} | ${count} |`)
  if (audience === 'public')
    return ['| state now | deliveries |', '| --- | ---: |', ...rows(sums.states)].join('\n')
  return [
    ...['| state now | deliveries |', '| --- | ---: |', ...rows(sums.states), ''],
    ...['| tenant | deliveries |', '| --- | ---: |', ...rows(sums.tenants)],
  ].join('\n')
}

function recovery({ incident, audience }: DraftParts): string {
  const { monitoringAt, resolvedAt, tasks, startedAt } = incident
  const repairs = audience === 'house' ? tasks.join(', ') : `${tasks.length}`
  return [
    `- Watched since: ${iso(monitoringAt)}`,
    `- Over: ${iso(resolvedAt)}, ${span(startedAt, resolvedAt)} after it began`,
    `- Repairs: ${tasks.length === 0 ? 'none' : repairs}`,
  ].join('\n')
}

function nextSteps({ incident: { promises, repeatedBy }, audience }: DraftParts): string {
  if (audience === 'public') return toldSteps(promises, repeatedBy)
  const steps = promises.map(({ what, due, keptAt, result }) =>
    keptAt === null ? `- [ ] ${line(what)} (due ${iso(due)})` : `- [x] ${line(what)}: ${line(result)}`,
  )
  return [
    ...(steps.length === 0 ? [`- ${unknown}: no review was promised.`] : steps),
    `- ${repeatedBy ? line(drillWords(repeatedBy)) : `Drill: ${unknown}: nobody has named one that repeats it, or said why none can`}`,
  ].join('\n')
}

/** What was promised, what came out of it and why none can repeat it are texts for the house. */
function toldSteps(promises: Incident['promises'], repeatedBy: Incident['repeatedBy']): string {
  const held = promises.filter(({ keptAt }) => keptAt !== null).length
  const drill = repeatedBy ? (repeatedBy.drill === null ? 'no' : 'yes') : unknown
  return [
    `- Reviews: ${promises.length === 0 ? 'none was promised' : `${promises.length} promised, ${held} held`}`,
    `- A drill repeats it: ${drill}`,
  ].join('\n')
}

function questions({ incident, sums }: DraftParts): string {
  const count = (state: string) => sums?.states[state] ?? 0
  const again = count('returned')
  return [
    `- Who was hit? ${sums === null ? unknown : `The list of incident ${incident.id}: ${countedOf(sums)} deliveries and refusals of ${Object.keys(sums.tenants).length} tenants.`}`,
    `- Was mail lost? ${sums === null ? unknown : `${count('discarded')} discarded, ${count('refused')} refused in the dialogue (the sending side has them), ${count('waiting')} still wait.`}`,
    `- Can it be sent again? ${sums === null ? unknown : again === 0 ? 'Nothing was returned.' : `${again} were returned; those whose content is kept can be sent again from the list.`}`,
    `- Can it happen again? ${incident.promises.length === 0 ? unknown : 'See the next steps.'}`,
  ].join('\n')
}
