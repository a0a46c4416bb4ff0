import type { Stage } from './finding.ts'
import type { ToldAlarm } from './name-cause.ts'

/** A node with a process on the road of messages that does not get to run for a part of the time. */
export interface HaltingNode {
  readonly node: string
  /** Of the time, 0 to 1. */
  readonly share: number
  /** Where mail waits for that process. */
  readonly stage: Stage
}

const stageOf: readonly (readonly [role: string, stage: Stage])[] = [
  ['gateway', 'accept'],
  ['inspection', 'inspect'],
  ['delivery', 'wait'],
]

/** Nodes of which a process says so now, each with the one that runs least. */
export function haltingNodes(alarms: readonly ToldAlarm[]): HaltingNode[] {
  const worst = new Map<string, HaltingNode>()
  for (const { name, subject, text, clearedAt } of alarms) {
    const percent = / (\d{1,3}) % of the time:/.exec(text)?.[1]
    if (name !== 'process-halts' || clearedAt !== null || percent === undefined) continue
    const roles = text.slice(text.lastIndexOf('('))
    const stage = stageOf.find(([role]) => roles.includes(role))?.[1]
    const node = subject.replace(/ \d+$/, '')
    const share = Number(percent) / 100
    if (stage && share > (worst.get(node)?.share ?? 0)) worst.set(node, { node, share, stage })
  }
  return [...worst.values()]
}
