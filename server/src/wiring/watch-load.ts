import type { InspectionJob } from '#flow/inspection/inspection-job.ts'
import { type Load, LoadWatch } from '#flow/inspection/load-watch.ts'
import { toPrintable } from '#ground/mail/printable-text.ts'
import type { Base } from './base.ts'

const everyMs = 1000
/** It is over when load is below this share of where it began. */
const calmShare = 0.9

/**
 * Tells when as much mail comes as the threads that check it can bear (D11), before any of it is late, and who brings
 * most of it. Whoever is loudest hears 4xx first when it gets too much (flow/gateway/admission.ts).
 */
export function watchLoad({ config, alarms }: Base): {
  note(job: InspectionJob): void
  start(busyPercent: () => number): void
  stop(): void
} {
  const watch = new LoadWatch()
  let timer: NodeJS.Timeout | undefined
  // The words cost more than the looking, and are told once.
  let isTold = false
  const look = (busyPercent: () => number) => {
    const load = watch.step(busyPercent(), performance.now(), config['flow.loadWindow'])
    if (load === null) return
    if (load.percent < config['flow.loadHigh'] * calmShare) {
      alarms.clear('load-high', 'inspection')
      isTold = false
    } else if (load.percent > config['flow.loadHigh'] && !isTold) {
      alarms.raise('load-high', 'inspection', inWords(load, config['flow.loadWindow']))
      isTold = true
    }
  }
  return {
    note: ({ arrival, tenant }) =>
      watch.note(
        { source: arrival.ip, tenant, recipient: arrival.rcptTo[0]?.toLowerCase() ?? '' },
        performance.now(),
      ),
    start(busyPercent) {
      timer = setInterval(() => look(busyPercent), everyMs)
    },
    stop: () => clearInterval(timer),
  }
}

function inWords({ percent, messages, top }: Load, windowMs: number): string {
  const found = top()
  const most = (['source', 'tenant', 'recipient'] as const)
    .flatMap((kind) =>
      found[kind] ? [`${kind} ${toPrintable(found[kind].name, 100)} (${found[kind].messages})`] : [],
    )
    .join(', ')
  return `checking mail has taken ${Math.round(percent)} % of what it may for ${Math.round(windowMs / 1000)} s; of ${messages} messages most were of ${most}`
}
