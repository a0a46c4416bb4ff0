import type { Alarm } from '#ground/platform/alarms.ts'
import { type Cause, type Evidence, type Finding, type Limit, meanWords } from './finding.ts'

/** What an alarm says of causes, and of which findings it may explain something. */
interface Told {
  readonly cause: Cause
  readonly names: RegExp
  /** Only alarms about this; absent: about anything. */
  readonly subject?: RegExp
  readonly stages: readonly Finding['stage'][]
  readonly kinds?: readonly Finding['kind'][]
  /** How long before the finding it may have begun; absent: as all. Some next hop is always down. */
  readonly withinMs?: number
  /** It is about a process (`node-1 4711`), and explains only stages that the process has a role in. */
  readonly isOfProcess?: true
  /** Alarms that make others of these, by name and subject: while they are open, and shortly after, these say nothing of their own. */
  readonly isFeltOf?: RegExp
  /** A process says it of what it asks: one that hardly runs finds that all of it is slow. */
  readonly isAsked?: true
}

const road = ['accept', 'inspect', 'decide', 'wait', 'deliver'] as const
/** Where the store is written. */
const written = ['accept', 'decide', 'wait', 'deliver'] as const
const checked = ['inspect', 'accept'] as const
/** What scanners that are away leave open; results that DNS leaves open are none of theirs. */
const unscanned = ['incomplete-share', 'refused-share', 'stage-slow'] as const

/** Checks that ask nobody: where they are slow, so is the machine, and whoever is asked takes long to be heard. */
const ofMachine = /^check-slow (parse|structure)$/

const ownDisk: readonly Told[] = [{ cause: 'disk', names: /^disk-slow$/, stages: road, isOfProcess: true }]

/** The most certain first. */
const surest: readonly Told[] = [
  { cause: 'disk', names: /^disk-slow$/, stages: written, isOfProcess: true },
  { cause: 'disk', names: /^(disk-filling|content-key|content-unavailable)$/, stages: written },
  { cause: 'directory', names: /^directory-unavailable$/, stages: ['accept', 'wait'] },
  {
    cause: 'tls',
    names: /^(next-hop-tls|tls-needed|certificate-wrong)$/,
    stages: ['wait', 'deliver'],
  },
  // No mail waits for a door of our own.
  { cause: 'tls', names: /^handshake-fails$/, subject: /^the next hop /, stages: ['wait', 'deliver'] },
]

const ofNode: Told = {
  ...{ cause: 'node', names: /^(process-silent|process-halts)$/, stages: road, isOfProcess: true },
}

const ofChecks: readonly Told[] = [
  {
    cause: 'definitions',
    names: /^(definitions-taken-back|definitions-unreadable)$/,
    stages: ['inspect', 'decide'],
  },
  { cause: 'definitions', names: /^signatures-slow$/, stages: checked },
  { cause: 'scanner', names: /^scanners-gone$/, stages: checked, kinds: unscanned, isAsked: true },
  {
    cause: 'scanner',
    names: /^check-slow$/,
    subject: /^antivirus$/,
    isFeltOf: ofMachine,
    stages: checked,
    kinds: unscanned,
    isAsked: true,
  },
  {
    cause: 'dns',
    names: /^check-slow$/,
    subject: /^(authentication|connection|lists)$/,
    isFeltOf: ofMachine,
    stages: checked,
    isAsked: true,
  },
  {
    cause: 'dns',
    names: /^authentication-temperror$/,
    stages: checked,
    kinds: ['temperror-share'],
    isAsked: true,
    // It tells what the finding tells, however long it has been open: it lasts for minutes after each time.
    withinMs: Number.POSITIVE_INFINITY,
  },
  { cause: 'scanner', names: /^scanner-away$/, stages: checked, kinds: ['incomplete-share'], isAsked: true },
]

const others: readonly Told[] = [
  ofNode,
  { cause: 'node', names: /^inspection-thread-slow$/, stages: checked },
  // Who waits for the lock of the store may wait for a disk or a process that stands still: those are asked first.
  {
    cause: 'database',
    names: /^store-locked$/,
    stages: written,
    isOfProcess: true,
    isFeltOf: /^(disk-slow|process-halts|process-silent) /,
  },
  { cause: 'load', names: /^load-high$/, stages: checked },
  {
    cause: 'next-hop',
    names: /^(next-hop-down|next-hop-defers|receiver-trouble)$/,
    stages: ['wait', 'deliver'],
    withinMs: 120_000,
  },
  { cause: 'database', names: /^settlement-waits$/, stages: written },
]

const told = [...surest, ...ofChecks, ...others]

/** Whether an alarm of this kind may say what is behind a finding. */
export function mayBeCause(name: string): boolean {
  return told.some(({ names, isFeltOf }) => names.test(name) || isFeltOf?.test(`${name} `) === true)
}

/** The role of a process without which it has no part in a stage. */
const roleOf: Readonly<Partial<Record<Finding['stage'], RegExp>>> = {
  accept: /gateway/,
  inspect: /inspection/,
  decide: /gateway/,
  wait: /delivery/,
  deliver: /delivery/,
}

/** An alarm that was open so long before a finding began explains nothing that began with it (ms). */
const coincidesMs = 600_000
/** Share of the mail from which what holds that up is what most of it waits for. */
const mostOfIt = 0.5
/** What another fault has made lasts so long after it (ms). */
const feltForMs = 30_000

export interface ToldAlarm extends Alarm {
  /** When it was over (ms); null: it is open. */
  readonly clearedAt: number | null
  /** The process that said it last. */
  readonly instance: string
}

export interface CauseFacts {
  readonly now: number
  /** When the figures began that are judged: an alarm that was over since then was open while they came about (ms). */
  readonly judgedFrom: number
  /** Alarms of the whole site: open ones, and those that were over a short while ago. */
  readonly alarms: readonly ToldAlarm[]
  /** All findings of this moment, this one among them. */
  readonly found: readonly Finding[]
  /** Whether other nodes measured the same and found nothing wrong, for so long that they will not. */
  readonly isAlone: (finding: Finding) => boolean
  /** Whether they found nothing wrong so far. */
  readonly isOnlyOne: (finding: Finding) => boolean
  /** Whether a next hop is a server of our own or of a customer; the rest of the world is upstream. */
  readonly isOurs: (hop: string) => boolean
  /** Whether it belongs to a provider that the operator has named. */
  readonly isProviders: (hop: string) => boolean
  /** Whether it was measured lately that a next hop takes what it is given. */
  readonly isWell: (direction: 'inbound' | 'outbound', hop: string) => boolean
  /** Next hops that were tried lately, as figures name them. */
  readonly hops: readonly string[]
  /** The next hop that tries took far too long at within the time before a finding was seen last; null: none. */
  readonly slowHop: (direction: 'inbound' | 'outbound', withinMs: number) => SlowHop | null
}

/** A next hop that most of the time of all tries goes to, and each takes far longer than usual. */
export interface SlowHop {
  readonly hop: string
  readonly evidence: Evidence
}

export interface Named {
  readonly cause: Cause
  readonly limit: Limit
  /** What speaks for it beside what the finding measured. */
  readonly evidence: readonly Evidence[]
}

/**
 * Says what is behind a finding and where the limit is, from what else is known at this moment: alarms about that stage,
 * the stage within it that is slow, a next hop that is slow, whether it is one node's, whether more came than usual.
 * Where none of it speaks: unknown.
 */
export function nameCause(finding: Finding, facts: CauseFacts): Named {
  const inner = innermost(finding, facts.found)
  if (inner !== finding) return nameCause(inner, facts)
  const { stage, hop, node, direction, kind } = finding
  const here: Limit = { stage, node, hop }
  // It is found by what it does; only its own disk may be why.
  if (kind === 'node-halts') {
    const disk = nameBy(ownDisk, finding, facts)
    return disk?.limit.node === node ? disk : { cause: 'node', limit: here, evidence: [] }
  }
  const byAlarm = nameByAlarm(finding, facts)
  if (byAlarm) return byAlarm
  const { found, isAlone } = facts
  const ofHop = (name: string) => causeOfHop(finding, name, facts)
  if (hop !== null) return { cause: ofHop(hop), limit: { ...here, node: null }, evidence: [] }
  if (stage === 'wait' || stage === 'deliver') {
    const hops = found.filter((each) => each.hop !== null && each.direction === direction)
    if (hops[0]) return nameCause(hops[0], facts)
    const slow = direction && facts.slowHop(direction, waitedMs(finding))
    if (slow)
      return {
        cause: ofHop(slow.hop),
        limit: { stage: 'deliver', node: null, hop: slow.hop },
        evidence: [slow.evidence],
      }
    const checks = nameByChecks(finding, facts)
    if (checks) return checks
  }
  if (isAlone(finding) && !isFoundElsewhere(finding, found))
    return { cause: 'node', limit: here, evidence: [] }
  const alike = found.filter(({ kind: other, stage: where }) => kind === other && where === stage)
  const limit = alike.every((each) => each.node === node) ? here : { ...here, node: null }
  return { cause: isMore(finding) ? 'load' : 'unknown', limit, evidence: [] }
}

/** Whether other nodes have something else to say of the same stage: then it is not one of them, though kinds differ. */
function isFoundElsewhere({ node, stage, direction }: Finding, found: readonly Finding[]): boolean {
  return found.some(
    (each) =>
      each.node !== null && each.node !== node && each.stage === stage && each.direction === direction,
  )
}

/** Accepting holds inspecting and deciding: where one of those is slow too, that is where the time goes. */
function innermost(finding: Finding, found: readonly Finding[]): Finding {
  if (finding.kind !== 'stage-slow' || finding.stage !== 'accept') return finding
  const within = found.filter(
    ({ kind, stage, node, direction }) =>
      kind === 'stage-slow' &&
      (stage === 'inspect' || stage === 'decide') &&
      node === finding.node &&
      direction === finding.direction,
  )
  const slowest = within.toSorted((one, other) => measuredOf(other) - measuredOf(one))[0]
  return slowest ?? finding
}

/**
 * Checks that do not come to their end go on behind the answer: mail waits for them before it waits for anything else.
 * @param least share of mail whose checks do not come to their end
 */
function nameByChecks({ direction }: Finding, facts: CauseFacts, least = 0): Named | null {
  const kinds: readonly Finding['kind'][] = ['stage-slow', 'incomplete-share']
  const named = facts.found
    .filter((each) => each.stage === 'inspect' && each.direction === direction && kinds.includes(each.kind))
    .filter(({ share }) => least === 0 || (share ?? 0) >= least)
    .map((each) => nameCause(each, facts))
  return named.find(({ cause }) => cause !== 'unknown') ?? null
}

const measuredOf = ({ evidence }: Finding): number => evidence[0]?.measured ?? 0

/**
 * How long mail had waited when it was tried, most of it at least: what held it up was wrong within that time, and may be
 * over. What few exceed is known by steps only, and would reach back to faults before.
 */
function waitedMs({ kind, stage, evidence }: Finding): number {
  if (kind !== 'stage-slow' || stage !== 'wait') return 0
  return evidence.find(({ what }) => what === meanWords)?.measured ?? 0
}

/** Whether another fault that made this one is open, or was until just now. */
function isFelt({ since, clearedAt }: ToldAlarm, makers: RegExp, { alarms, now }: CauseFacts): boolean {
  return alarms.some(
    (each) =>
      makers.test(`${each.name} ${each.subject}`) &&
      each.since <= (clearedAt ?? now) &&
      (each.clearedAt === null || each.clearedAt >= Math.max(since, now - feltForMs)),
  )
}

/** Whether who says it stood still before, and no other node does: where all stand still, each may be right. */
function isOfHalting({ instance, since }: ToldAlarm, { alarms, now }: CauseFacts): boolean {
  const halting = alarms.filter(
    ({ name, clearedAt }) => name === 'process-halts' && (clearedAt === null || clearedAt >= now - feltForMs),
  )
  const isOne = new Set(halting.map(nodeOf)).size === 1
  return isOne && halting.some((each) => each.instance === instance && each.since <= since)
}

/** Servers of our own and of customers are next hops, the rest of the world is upstream. */
function causeOfHop({ direction }: Finding, hop: string | null, { isOurs, isProviders }: CauseFacts): Cause {
  if (hop !== null && isProviders(hop)) return 'upstream'
  return direction === 'inbound' || (hop !== null && isOurs(hop)) ? 'next-hop' : 'upstream'
}

/** What alarms say, the most certain first. */
function nameByAlarm(finding: Finding, facts: CauseFacts): Named | null {
  const waits = finding.hop === null && (finding.stage === 'wait' || finding.stage === 'deliver')
  return (
    nameBy(surest, finding, facts) ??
    nameByHalt(finding, facts) ??
    nameBy(ofChecks, finding, facts) ??
    // Where most mail waits for checks, a process that did not run for a moment is not what holds it up.
    (waits ? nameByChecks(finding, facts, mostOfIt) : null) ??
    nameBy(others, finding, facts)
  )
}

/**
 * A node that hardly gets to run finds everything slow that it asks: where others ask the same and find nothing, it is the
 * node and not what it asks.
 */
function nameByHalt(finding: Finding, facts: CauseFacts): Named | null {
  const { node, stage } = finding
  if (node === null || !facts.isOnlyOne(finding)) return null
  const halting = new Set(speaking(ofNode, finding, facts).map(nodeOf))
  if (halting.size !== 1 || !halting.has(node)) return null
  return { cause: 'node', limit: { stage, node, hop: null }, evidence: [] }
}

function nameBy(kinds: readonly Told[], finding: Finding, facts: CauseFacts): Named | null {
  const { stage, hop } = finding
  for (const each of kinds) {
    const { cause, isOfProcess } = each
    const mine = speaking(each, finding, facts)
    if (mine.length === 0) continue
    const nodes = new Set(isOfProcess ? mine.map(nodeOf) : [])
    const [node = null] = nodes.size === 1 ? nodes : []
    const named =
      isOfHop(each) && facts.hops.find((name) => mine.some(({ subject }) => subject.includes(name)))
    const next = hop ?? (named || null)
    return {
      cause: cause === 'next-hop' ? causeOfHop(finding, next, facts) : cause,
      limit: { stage, node, hop: next },
      evidence: [],
    }
  }
  return null
}

/** Of an alarm about a process, `node-1 4711`. */
const nodeOf = ({ subject }: ToldAlarm): string => subject.replace(/ \d+$/, '')

/** Alarms of one kind of cause that may be behind a finding. */
function speaking(kind: Told, finding: Finding, facts: CauseFacts): ToldAlarm[] {
  const { names, subject, stages, kinds, isOfProcess, isFeltOf, isAsked, withinMs = coincidesMs } = kind
  const { stage, since } = finding
  if (!stages.includes(stage) || (kinds && !kinds.includes(finding.kind))) return []
  // Mail that is tried now may have waited for something that is over.
  const from = facts.judgedFrom - waitedMs(finding)
  return facts.alarms.filter(
    (each) =>
      names.test(each.name) &&
      (!subject || subject.test(each.subject)) &&
      each.since >= Math.min(since, from) - withinMs &&
      (each.clearedAt === null || each.clearedAt >= from) &&
      !(isFeltOf && isFelt(each, isFeltOf, facts)) &&
      !(isAsked && isOfHalting(each, facts)) &&
      fitsHop(each, isOfHop(kind), finding, facts) &&
      (!isOfProcess || roleOf[stage]?.test(each.text) !== false),
  )
}

const isOfHop = ({ cause }: Told) => cause === 'tls' || cause === 'next-hop'

/** Whether an alarm may be about what a finding is about. One about a next hop is over some time after that is well again. */
function fitsHop(
  { subject, text }: ToldAlarm,
  isOfHop: boolean,
  { hop, direction }: Finding,
  { hops, isWell }: CauseFacts,
): boolean {
  const isAbout = (name: string) => subject.includes(name) || text.includes(name)
  if (hop !== null) return isAbout(hop)
  const own = isOfHop ? hops.filter(isAbout) : []
  return own.length === 0 || direction === null || !own.every((name) => isWell(direction, name))
}

/** Whether more came than usual, as far as it was looked at. */
function isMore({ evidence }: Finding): boolean {
  return evidence.some(
    ({ what, measured, usual }) => /came|looked at/.test(what) && usual !== null && measured > 1.5 * usual,
  )
}
