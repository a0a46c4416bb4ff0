import { judgeLate } from '#flow/gateway/judge-late.ts'
import { createCandidateNotes } from '#flow/inspection/candidate-notes.ts'
import { createInspection, type InspectionRole } from '#flow/inspection/create.ts'
import { createDmarcNotes } from '#flow/inspection/dmarc-notes.ts'
import { createTrialNotes } from '#flow/inspection/trial-notes.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import type { Base } from './base.ts'
import { noteLinks } from './note-links.ts'
import { noteReturns } from './note-returns.ts'
import { publisher } from './publish.ts'
import { UndoLists } from './undo-lists.ts'
import { watchCheckTimes } from './watch-check-times.ts'
import { watchDefinitions } from './watch-definitions.ts'
import { watchLists } from './watch-lists.ts'
import { watchLoad } from './watch-load.ts'
import { watchRules } from './watch-rules.ts'
import { watchScanTimes } from './watch-scan-times.ts'
import { watchScanners } from './watch-scanners.ts'
import { watchTemperrors } from './watch-temperrors.ts'

/** Makes the role that judges mail, and joins to it whatever learns from its findings. */
export function wireInspection(base: Base): InspectionRole {
  const { config, folder, alarms, log, stores, snapshot, instance } = base
  const trials = createTrialNotes((sums) => stores.definitions.addCounts(sums))
  const candidates = createCandidateNotes((sums) => stores.candidates.addSums(sums))
  const dmarc = createDmarcNotes((sums) => stores.dmarc.addResults(sums))
  const undoLists = new UndoLists(base, () => role.takeSettings())
  const lists = watchLists(base, (zone) => undoLists.muted(zone))
  const noteRules = watchRules(base, publisher(base))
  const noteTemperrors = watchTemperrors(base)
  const checkTimes = watchCheckTimes(base)
  const links = noteLinks(base)
  const returns = noteReturns(base)
  const scanners = watchScanners(base)
  const scanTimes = watchScanTimes(base)
  const load = watchLoad(base)
  const definitions = watchDefinitions(base)
  const role = createInspection({
    config,
    folder,
    alarms,
    log,
    entry: new URL('../inspection-thread.ts', import.meta.url),
    store: stores.messages,
    owner: instance,
    clock: systemClock,
    onOutcome(outcome, job) {
      // Nothing is learnt from messages of our own.
      if (job.tenant === probeTenant) return
      if (outcome.trial) trials.note(outcome.trial)
      for (const result of outcome.candidates ?? [])
        candidates.note({ result, messageId: job.id, at: Date.now() })
      lists.note(outcome)
      scanTimes.note(outcome)
      load.note(job)
      noteRules(outcome)
      noteTemperrors(outcome)
      checkTimes.note(outcome)
      dmarc.note(outcome, job)
      links.note(outcome, job)
      returns.note(job)
    },
    onTimed({ tenant, arrival }, tookMs) {
      if (tenant !== probeTenant) base.metrics.inspectionSeconds.observe(tookMs / 1000)
      base.metrics.measures.observe('inspect', arrival.direction ?? 'inbound', tenant, '', tookMs)
    },
    judge: (message, outcome, defers) =>
      judgeLate(message, outcome, {
        lifeMs: config['delivery.expiryInbound'],
        recipients: snapshot,
        outboundPolicyOf: (address) => snapshot.outboundPolicyOf(address),
        now: Date.now(),
        host: config['site.host'],
        defers,
      }),
  })
  load.start(() => role.busyPercent())
  return {
    ...role,
    async stop() {
      load.stop()
      scanners.stop()
      scanTimes.stop()
      checkTimes.stop()
      definitions.stop()
      lists.stop()
      undoLists.stop()
      await role.stop()
      await Promise.all([trials.stop(), candidates.stop(), dmarc.stop(), links.stop(), returns.stop()])
    },
  }
}
