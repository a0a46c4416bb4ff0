import type { Alarms } from '#ground/platform/alarms.ts'
import { utcWords } from '#ground/platform/utc-words.ts'
import { type CurrentProbe, currentProbes } from './current-probes.ts'
import type { Finding, FindingStore } from './finding.ts'
import type { Beat } from './heard-processes.ts'
import type { ProbeMailStore } from './probe-mail-store.ts'
import { type Probe, type ProbedComponent, type ProbeStore, probedComponents } from './probe-store.ts'
import type { SilentPaths, SilentTrier } from './silent-paths.ts'

export interface WatchProbesParts {
  readonly probes: ProbeStore
  readonly readProbes: Pick<ProbeStore, 'probes'>
  readonly probeMail: Pick<ProbeMailStore, 'sweep'>
  readonly findings: FindingStore
  readonly alarms: Alarms
  /** What processes say of themselves that have started and not ended. */
  readonly beats: () => Promise<readonly Beat[]>
  readonly silence: SilentPaths
  readonly now: () => number
}

/** How often it is looked what they come to. */
export const probesEveryMs = 5000
/** Tries in a row that have to fail before anything is said. */
const badTries = 2
/** Paths that nobody has tried for so long are gone. */
const goneMs = 86_400_000
/** What a process that ended half-way has left of a message of ours is older than this. */
const leftMs = 900_000
const sumsKeptMs = 400 * 86_400_000
/** Those of the others have alarms of their own. */
const toldHere: ReadonlySet<ProbedComponent> = new Set([
  ...(['inbound', 'outbound', 'quarantine', 'logs', 'pages', 'dns'] as const),
])

/**
 * Tells what tries of our own come to: a path that fails twice in a row, and one of which nothing is heard any more. Where
 * the process that tries it stands still or is gone, that has an alarm of its own (`process-silent`), and paths have none.
 */
export async function watchProbes(parts: WatchProbesParts): Promise<void> {
  const { readProbes, findings, alarms, beats, silence, now } = parts
  const current = await currentProbes(readProbes, now())
  const bad = current.filter((each) => each.result === 'failed' && each.inRow >= badTries)
  const { paths: silent, early, processes } = silence.look(current, await beats())
  const found = [
    ...bad.map(failing),
    ...silent.map((each) => silentOf(each, now())),
    ...processes.map((each) => silentTrier(each, now())),
  ]
  if (found.length > 0) await findings.noteFindings(found, now())
  const keys = new Set(found.map(keyOf))
  const open = (await findings.findings(now(), 1000)).filter(
    ({ kind, endedAt }) => endedAt === null && (kind === 'probe-fails' || kind === 'watcher-silent'),
  )
  // A path that is unknown now has neither failed nor recovered; what was told of it before a start stays.
  const unknown = new Set(current.filter((each) => each.result !== 'ok').map(subjectOf))
  const undecided = { 'probe-fails': unknown, 'watcher-silent': new Set(early.map(subjectOf)) }
  const over = open.filter(
    (each) => !keys.has(keyOf(each)) && !undecided[each.kind as keyof typeof undecided].has(each.subject),
  )
  if (over.length > 0) await findings.endFindings(over, now())
  for (const each of over) alarms.clear(each.kind, each.subject)
  for (const each of bad)
    if (toldHere.has(each.component))
      alarms.raise(
        'probe-fails',
        subjectOf(each),
        `a try of our own fails since ${utcWords(each.since)}: ${subjectOf(each)}: ${each.words}`,
      )
  for (const each of silent)
    alarms.raise('watcher-silent', subjectOf(each), `${wordsOfSilence(each)}, neither good nor bad`)
}

/** Takes away what tries of our own have left behind, and what is too old to be of use. */
export async function sweepProbes({ probes, probeMail, now }: WatchProbesParts): Promise<void> {
  await probeMail.sweep(now() - leftMs)
  await probes.forgetProbes(now() - goneMs, now() - sumsKeptMs)
}

function failing(probe: Probe): Finding {
  const { component, inRow, since, node = null } = probe
  return {
    ...{
      kind: 'probe-fails',
      subject: subjectOf(probe),
      stage: probe.stage ?? stageOf(component),
      node,
      hop: null,
    },
    direction: component === 'inbound' || component === 'outbound' ? component : null,
    cause: component === 'dns' ? 'dns' : component === 'certificates' ? 'tls' : 'unknown',
    ...{ share: null, since },
    evidence: [{ what: 'tries of our own that failed in a row', measured: inRow, usual: 0, unit: 'tries' }],
  }
}

function wordsOfSilence(probe: CurrentProbe): string {
  const [subject, at] = [subjectOf(probe), utcWords(probe.at)]
  return probe.lost === 'clock'
    ? `${subject} was tried at ${at}, which is still to come: a clock is wrong, of whoever tries it or of the process with the jobs. How it does is unknown`
    : `nothing has been tried for ${subject} since ${at}: how it does is unknown since then`
}

function silentOf(probe: Probe, now: number): Finding {
  return {
    ...{
      kind: 'watcher-silent',
      subject: subjectOf(probe),
      stage: 'watch',
      node: probe.node ?? null,
      hop: null,
    },
    ...{ direction: null, cause: 'probe', share: null, since: Math.min(probe.at, now), evidence: [] },
  }
}

/** A process that stands still or is gone, as one fault, with how much is unknown because of it. */
function silentTrier({ process: { node, pid, roles }, paths }: SilentTrier, now: number): Finding {
  return {
    ...{ kind: 'watcher-silent', subject: `process ${node} ${pid}`, stage: 'watch', node, hop: null },
    ...{ direction: null, cause: 'node', share: null, since: Math.min(now, ...paths.map(({ at }) => at)) },
    evidence: [
      {
        ...{ what: `paths of ours that nobody tries while process ${pid} (${roles}) says nothing`, usual: 0 },
        ...{ measured: paths.length, unit: 'tries' },
      },
    ],
  }
}

function stageOf(component: ProbedComponent): Finding['stage'] {
  if (component === 'outbound') return 'deliver'
  if (component === 'dns') return 'inspect'
  return component === 'inbound' || component === 'certificates' ? 'accept' : 'console'
}

function subjectOf({ component, path }: Pick<Probe, 'component' | 'path'>): string {
  return `${component}: ${path}`
}

/** Whether an alarm is about a path that is tried, and not about a process or a watcher. */
export function isOfPath(subject: string): boolean {
  return probedComponents.some((each) => subject.startsWith(`${each}: `))
}

function keyOf({ kind, subject }: Pick<Finding, 'kind' | 'subject'>): string {
  return `${kind}\n${subject}`
}
