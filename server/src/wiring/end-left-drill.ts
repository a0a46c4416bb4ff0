import { recordAccess } from '#services/access/access-order.ts'
import { type KeptDrill, type LiveDrill, liveDrillLimits } from '#services/drill/live-drill.ts'
import type { Base } from './base.ts'
import { removeDrillMail } from './remove-drill-mail.ts'

/** What the end of a drill needs of a process. */
export interface DrillEnder {
  readonly stores: Pick<Base['stores'], 'probeMail' | 'liveDrills' | 'access' | 'directory'>
  readonly instance: string
}

/**
 * Ends a drill whose process has gone: its letters are taken away, and what it has seen by then stays. A process that is
 * about to end leaves the rest to the next one.
 */
export async function endLeftDrill(
  { stores, instance }: DrillEnder,
  open: KeptDrill,
  isEnding: () => boolean,
): Promise<void> {
  const { liveDrills, probeMail } = stores
  const letters = (await probeMail.drillMail()).map(({ messageId }) => messageId)
  // Written before each batch, it is ours for as long as that takes.
  const mayGoOn = async () => !isEnding() && (await liveDrills.save(open, instance, Date.now()))
  if (!(await removeDrillMail(probeMail, letters, mayGoOn))) return
  const now = Date.now()
  const over: LiveDrill = { ...open, phase: 'over', endedAt: now, ending: 'died', why: whyLeft(open) }
  if (await liveDrills.save(over, instance, now)) await recordDrillEnd(stores, over)
}

function whyLeft({ runner, hasRunner }: KeptDrill): string {
  if (runner === '') return 'no process has begun it in time'
  return hasRunner
    ? `the process that ran it wrote nothing for ${liveDrillLimits.leaseMs / 1000} s`
    : 'the process that ran it is gone'
}

/** The line of the audit log that says how a drill has ended. */
export async function recordDrillEnd(
  { access, directory }: Pick<Base['stores'], 'access' | 'directory'>,
  { id, kind, ending, why }: Pick<LiveDrill, 'id' | 'kind' | 'ending' | 'why'>,
): Promise<void> {
  await recordAccess({ access, directory, at: Date.now(), who: 'mailkeep', ip: '' }, 'drill-ended', null, {
    ...{ drill: id, kind, ending, why },
  })
}
