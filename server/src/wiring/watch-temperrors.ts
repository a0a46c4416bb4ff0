import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import type { Base } from './base.ts'

/** Time over which messages are counted, in two halves so that old ones leave. */
const halfMs = 60_000
const alarmLastsMs = 3 * 60_000
/** Fewer messages say nothing. */
const enough = 20
const tooMany = 0.01

const mechanisms = ['spf', 'dkim', 'dmarc', 'arc'] as const
type Counts = Record<'messages' | (typeof mechanisms)[number], number>

/** Tells when DNS leaves results of sender authentication open for more than one message in a hundred (D15). */
export function watchTemperrors({ alarms }: Pick<Base, 'alarms'>): (outcome: InspectionOutcome) => void {
  let [now, before] = [nothing(), nothing()]
  let since = Date.now()
  return ({ findings }) => {
    if (Date.now() - since > halfMs) {
      before = now
      now = nothing()
      since = Date.now()
    }
    now.messages += 1
    for (const each of mechanisms)
      if (findings.some(({ code }) => code === `${each}-temperror`)) now[each] += 1
    const messages = now.messages + before.messages
    if (messages < enough) return
    const high = mechanisms.filter((each) => now[each] + before[each] > tooMany * messages)
    if (high.length === 0) return
    const shares = high.map(
      (each) => `${each} ${Math.round((100 * (now[each] + before[each])) / messages)} %`,
    )
    alarms.pulse(
      'authentication-temperror',
      'dns',
      `DNS leaves results open for too much mail: ${shares.join(', ')}; such mail hears 451 and comes again`,
      alarmLastsMs,
    )
  }
}

function nothing(): Counts {
  return { messages: 0, spf: 0, dkim: 0, dmarc: 0, arc: 0 }
}
