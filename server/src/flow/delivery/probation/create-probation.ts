import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import { createTryOut, type SyntheticParts, type TryOutOptions } from './create-try-out.ts'
import { HopTries } from './hop-tries.ts'
import type { NodeBoard } from './node-board.ts'
import { Probation } from './probation.ts'

export interface CreateProbationOptions
  extends Omit<TryOutOptions, keyof SyntheticParts | 'leaseMs' | 'addresses'> {
  readonly settings: Config
  readonly board: NodeBoard
  readonly synthetic: SyntheticParts
  readonly snapshot: () => number | null
  /** Gives back everything that was claimed and not begun. */
  readonly release: () => Promise<void>
  readonly alarms: Alarms
  readonly log: Log
}

const minuteMs = 60_000

/** Joins the probation of this process to the parts that send mail. */
export function createProbation(options: CreateProbationOptions): Probation {
  const { settings, owner, synthetic } = options
  const steady = () => performance.now()
  return new Probation({
    ...options,
    instance: owner,
    subject: `${settings['node.name']} ${process.pid}`,
    isOn: settings['node.probation'],
    stepMs: settings['node.probationStep'],
    tries: new HopTries(steady),
    cameInMinute: async () => {
      const sums = await synthetic.laneFlow(minuteMs)
      return sums.reduce((total, { came }) => total + came, 0)
    },
    tryOut: createTryOut({ ...options, ...synthetic, leaseMs: settings['delivery.lease'] }),
    steady,
  })
}
