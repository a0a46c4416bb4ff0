import { activateDefinitions, takeBackDefinitions } from './change-definitions.ts'
import type { DefinitionParts } from './definition-parts.ts'
import type { DefinitionRecord } from './definition-store.ts'
import { compare, judgeTrial, type TrialEnd } from './judge-trial.ts'
import { canarySteps, moveTo, publishStanding, readStanding } from './stages.ts'

/** Messages that are judged anew in one round, so that a round stays short. */
const atATime = 500
/** Messages that were in hand when a set was taken back are decided by then. */
const settledAfterMs = 600_000

/**
 * One step of the clock: looks how the set on trial, or the one that was activated lately, does beside the other,
 * and takes it a stage further or back. Then has mail judged anew that a set which was taken back had caught.
 */
export async function advanceTrial(parts: DefinitionParts): Promise<void> {
  const { active, trial, former } = await readStanding(parts)
  if (trial) await act(parts, trial, await judge(parts, active.version, trial.version, trial))
  else if (former) await watch(parts, active, former)
  await judgeAnew(parts)
}

async function judge(
  parts: DefinitionParts,
  active: string,
  beside: string,
  newer: DefinitionRecord,
): Promise<TrialEnd> {
  const counts = await parts.store.counts(active, beside)
  if (!counts) return { kind: 'goes-on' }
  return judgeTrial(compare(counts, newer.version), parts.now() - newer.since, parts.limits())
}

async function act(parts: DefinitionParts, trial: DefinitionRecord, end: TrialEnd): Promise<void> {
  if (end.kind === 'stop') return takeBackDefinitions(parts, trial.version, end.why)
  if (end.kind !== 'passed') return
  const next = canarySteps.find((share) => share > trial.share)
  if (next === undefined) return activateDefinitions(parts, trial.version, 'its trial was passed')
  await moveTo(parts, trial, 'canary', next, `${Math.round(next * 100)} % of the mail goes by it`)
  await publishStanding(parts)
}

/** After its activation a set is compared on with the one before, which comes back by itself if it must. */
async function watch(
  parts: DefinitionParts,
  active: DefinitionRecord,
  former: DefinitionRecord,
): Promise<void> {
  const end = await judge(parts, active.version, former.version, active)
  if (end.kind === 'stop') await takeBackDefinitions(parts, active.version, end.why)
  if (end.kind !== 'passed' || parts.now() - active.since < parts.limits().timeMs) return
  await moveTo(parts, former, 'retired', 0, former.why)
  await publishStanding(parts)
}

/** Goes on after a restart, and for sets that a command has taken back: what is still to be done stands in the store. */
async function judgeAnew(parts: DefinitionParts): Promise<void> {
  const open = (await parts.store.list()).filter((each) => each.stage === 'taken-back' && each.share > 0)
  for (const each of open) {
    const { version, why, since } = each
    parts.alarms.raise('definitions-taken-back', version, `definitions ${version} were taken back: ${why}`)
    const reopened = await parts.store.reopen({ kind: 'definitions', name: version }, parts.now(), atATime)
    const isDone = reopened === 0 && (await parts.store.reopened()) === 0
    if (!isDone || parts.now() - since < settledAfterMs) continue
    await parts.store.put({ ...each, share: 0 })
    parts.alarms.clear('definitions-taken-back', version)
  }
}
