import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import type { Base } from './base.ts'
import { fromNameOf } from './brand-look.ts'
import { composeRuleNotice } from './rule-notice.ts'

/** Overruns after which a rule is paused (product: GW-19). */
const mostOverruns = 5
/** Samples that its owner gets. */
const mostSamples = 5
const alarmLastsMs = 30 * 60_000
/** Rules that are too slow, remembered at a time. */
const mostRemembered = 10_000

/** What the evidence of `rule-skipped` says. */
interface Skip {
  readonly rule: string
  readonly name: string
  readonly scope: string
  readonly tenant: string
  readonly message: string
  readonly why: 'slow' | 'time-used-up' | 'paused'
  readonly ms: number
}

/** A skip, and when it was heard of. */
interface Overrun extends Skip {
  readonly at: number
}

/**
 * Tells of rules that are too slow, writes down which messages they were not asked about, and pauses a rule after
 * five overruns; its owner hears of it with samples. Threads leave such a rule out by themselves until then.
 */
export function watchRules(
  base: Pick<Base, 'alarms' | 'stores' | 'log' | 'spool' | 'config' | 'brands'>,
  publish: () => Promise<unknown>,
): (outcome: InspectionOutcome) => void {
  const { alarms, stores, log } = base
  const overruns = new Map<string, Overrun[]>()

  const pause = async (rule: string, all: readonly Overrun[]) => {
    const changedAt = (await stores.policy.rule(rule))?.changedAt ?? 0
    // What its old text cost is no fault of the new one.
    const skips = all.filter((each) => each.at > changedAt)
    if (skips.length < mostOverruns) {
      if (skips.length > 0) overruns.set(rule, [...skips, ...(overruns.get(rule) ?? [])])
      return
    }
    const slowest = Math.max(...skips.map((each) => each.ms))
    const why = `it took up to ${slowest} ms for a message, ${mostOverruns} times longer than a rule may`
    const samples = skips.map((each) => each.message).slice(0, mostSamples)
    if (!(await stores.policy.pauseRule(rule, { at: Date.now(), why, samples }))) return
    await publish()
    const kept = await stores.policy.rule(rule)
    if (!kept || kept.owner === '') return
    const tenant = skips[0]?.tenant ?? ''
    const fromName = await fromNameOf(base.brands, tenant)
    await base.spool.accept(composeRuleNotice(kept, { tenant, fromName }, base.config, Date.now()))
  }

  const note = (skip: Skip) => {
    stores.policy
      .noteSkips([{ ruleId: skip.rule, messageId: skip.message, at: Date.now() }])
      .catch((cause: unknown) =>
        log.warn({ cause: String(cause) }, 'a rule that was passed over could not be noted'),
      )
    if (skip.why !== 'slow') return
    alarms.pulse(
      'slow-rule',
      skip.rule,
      `the rule "${skip.name || skip.rule}" (${skip.rule}) of ${skip.scope}, tenant ${skip.tenant}, took ${skip.ms} ms for message ${skip.message} and was stopped; after ${mostOverruns} times it is paused`,
      alarmLastsMs,
    )
    const skips = [...(overruns.get(skip.rule) ?? []), { ...skip, at: Date.now() }]
    if (overruns.size >= mostRemembered) overruns.clear()
    overruns.set(skip.rule, skips)
    if (skips.length < mostOverruns) return
    overruns.delete(skip.rule)
    pause(skip.rule, skips).catch((cause: unknown) =>
      log.error(
        { rule: skip.rule, cause: String(cause) },
        'a slow rule could not be paused; it is tried again',
      ),
    )
  }

  return ({ findings }) => {
    // A rule of a trial is looked after by its trial: the one in force under the same id is not at fault.
    for (const { code, evidence } of findings)
      if (code === 'rule-skipped' && evidence?.trial === undefined) note(evidence as unknown as Skip)
  }
}
