import type { Alarm } from '#ground/platform/alarms.ts'
import type { Finding } from '#services/watch/finding.ts'
import { componentsByRole, type RunningProcess } from './components-by-role.ts'
import { type PublicFault, publicFaults } from './public-faults.ts'

/** What an alarm or a finding says of a component: it does not do well. */
export interface HouseFault extends Pick<PublicFault, 'component' | 'level'> {
  readonly direction: 'inbound' | 'outbound' | null
  /** Share of the mail of that direction that it hits, 0 to 1; null: not measured. */
  readonly share: number | null
  /** When it began, by what was measured (ms). */
  readonly since: number
  /** For those who look after it; never published. */
  readonly words: string
}

export interface HouseFacts {
  /** Open alarms of the whole site. */
  readonly alarms: readonly Alarm[]
  /** Open findings. */
  readonly findings: readonly Finding[]
  /** Next hops of domains that are servers of ours, as they are written; all others are a customer's, or upstream. */
  readonly ownHops: ReadonlySet<string>
  /** Those that have started and not ended, the silent ones too. */
  readonly processes: readonly RunningProcess[]
}

/** What an alarm says of definitions that were only looked at beside those in force. */
const nothingDecided = 'it had decided nothing'

/** Those of the open alarms that are faults of the house, as the components of the public page feel them. */
export function faultsOfHouse({ alarms, findings, ownHops, processes }: HouseFacts): HouseFault[] {
  const silent = new Set(alarms.filter(({ name }) => name === 'process-silent').map((each) => each.subject))
  return alarms.flatMap((alarm) => {
    const fault = publicFaults[alarm.name]
    const finding = findings.find(({ kind, subject }) => kind === alarm.name && subject === alarm.subject)
    if (!fault || !isOfHouse(fault, alarm, finding, ownHops)) return []
    const told = {
      level: fault.level,
      direction: fault.direction ?? finding?.direction ?? directionIn(alarm.subject),
      share: finding?.share ?? null,
      since: Math.min(alarm.since, finding?.since ?? alarm.since),
      words: `${alarm.name}: ${alarm.text}`,
    }
    if (fault.only === 'by-role')
      return componentsByRole(alarm.subject, silent, processes).map((component) => ({ component, ...told }))
    return [{ component: fault.only === 'by-stage' ? componentOf(finding) : fault.component, ...told }]
  })
}

function isOfHouse(
  { only }: PublicFault,
  { subject, text }: Alarm,
  finding: Finding | undefined,
  ownHops: HouseFacts['ownHops'],
): boolean {
  if (finding && (finding.cause === 'upstream' || finding.hop !== null)) return false
  if (only === 'has-decided') return !text.includes(nothingDecided)
  if (only === 'own-door') return subject.startsWith('our own door')
  return only !== 'own-hop' || ownHops.has(subject.replace(/^(inbound|outbound) /, ''))
}

function componentOf(finding: Finding | undefined): string {
  if (finding?.stage === 'console') return 'console'
  return finding?.stage === 'wait' || finding?.stage === 'deliver' ? 'gateway-delivery' : 'gateway-filtering'
}

function directionIn(subject: string): 'inbound' | 'outbound' | null {
  const word = /^(inbound|outbound)\b/.exec(subject)?.[1]
  return (word as 'inbound' | 'outbound' | undefined) ?? null
}
