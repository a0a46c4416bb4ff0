import type { Alarm } from '#ground/platform/alarms.ts'
import type { Cause, Finding } from './finding.ts'

/** What open alarms say of causes, the most certain first, and of which stages they may explain something. */
const told: readonly (readonly [cause: Cause, names: RegExp, stages: readonly Finding['stage'][]])[] = [
  ['disk', /^(disk-filling|content-unavailable)$/, ['accept', 'decide', 'wait', 'deliver']],
  ['database', /^settlement-waits$/, ['accept', 'decide', 'wait', 'deliver']],
  ['directory', /^directory-unavailable$/, ['accept', 'wait']],
  ['tls', /^(next-hop-tls|handshake-fails|tls-needed|certificate-wrong)$/, ['wait', 'deliver']],
  ['definitions', /^(definitions-taken-back|definitions-unreadable)$/, ['inspect', 'decide']],
  ['dns', /^authentication-temperror$/, ['inspect', 'accept']],
  ['scanner', /^(scanner-away|scanners-gone|scanner-signatures|signatures-slow)$/, ['inspect', 'accept']],
  ['node', /^(process-silent|inspection-thread-slow)$/, ['inspect', 'accept', 'decide', 'wait', 'deliver']],
]

export interface CauseFacts {
  /** Open alarms of the whole site. */
  readonly alarms: readonly Pick<Alarm, 'name' | 'subject' | 'text'>[]
  /** All findings of this moment, this one among them. */
  readonly found: readonly Finding[]
  /** Nodes that measured something in this period. */
  readonly nodes: number
  /** Whether a next hop is a server of our own or of a customer; the rest of the world is upstream. */
  readonly isOurs: (hop: string) => boolean
  /** Whether it belongs to a provider that the operator has named. */
  readonly isProviders: (hop: string) => boolean
}

/**
 * Says what is behind a finding, from what else is known at this moment: alarms about that stage, whether it is one next
 * hop's or one node's, whether more came than usual. Where none of it speaks: unknown.
 */
export function nameCause(finding: Finding, facts: CauseFacts): Cause {
  const { alarms, found, nodes, isOurs, isProviders } = facts
  const { stage, hop, node, direction } = finding
  const fits = (each: Pick<Alarm, 'subject' | 'text'>) =>
    hop === null || each.subject.includes(hop) || each.text.includes(hop)
  const byAlarm = told.find(
    ([, names, stages]) =>
      stages.includes(stage) && alarms.some((each) => names.test(each.name) && fits(each)),
  )
  if (byAlarm) return byAlarm[0]
  if (hop !== null && isProviders(hop)) return 'upstream'
  if (hop !== null) return isOurs(hop) || direction === 'inbound' ? 'next-hop' : 'upstream'
  const hops = found.filter((each) => each.hop !== null && each.direction === direction)
  if ((stage === 'wait' || stage === 'deliver') && hops[0]) return nameCause(hops[0], facts)
  const alike = found.filter(({ kind, stage: other }) => kind === finding.kind && other === stage)
  if (node !== null && nodes > 1 && alike.every((each) => each.node === node)) return 'node'
  return isMore(finding) ? 'load' : 'unknown'
}

/** Whether more came than usual, as far as it was looked at. */
function isMore({ evidence }: Finding): boolean {
  return evidence.some(
    ({ what, measured, usual }) => /came|looked at/.test(what) && usual !== null && measured > 1.5 * usual,
  )
}
