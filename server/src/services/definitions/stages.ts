import type { DefinitionParts } from './definition-parts.ts'
import type { DefinitionRecord, DefinitionStage } from './definition-store.ts'

/** Shares of the mail that go by the word of a new set, one step after the other (N-08). */
export const canarySteps = [0.01, 0.1] as const

/** The sets that matter now. */
export interface Standing {
  readonly active: DefinitionRecord
  /** The set on trial: in the shadow or as a canary. */
  readonly trial: DefinitionRecord | null
  /** The set that was active before and is compared with the new one for a while after its activation. */
  readonly former: DefinitionRecord | null
}

/** Reads where things stand; a site that never had a set of its own stands on the shipped one. */
export async function readStanding(parts: DefinitionParts): Promise<Standing> {
  const all = await parts.store.list()
  const active = all.find((each) => each.stage === 'active') ?? shippedRecord(parts)
  return {
    active,
    trial: all.find((each) => each.stage === 'shadow' || each.stage === 'canary') ?? null,
    former: all.find((each) => each.stage === 'retired' && each.share > 0) ?? null,
  }
}

function shippedRecord({ shipped, read }: DefinitionParts): DefinitionRecord {
  return {
    version: read(shipped).version,
    stage: 'active',
    share: 1,
    since: 0,
    addedAt: 0,
    addedBy: 'mailkeep',
    why: 'it came with the program',
    content: shipped,
  }
}

/** Moves a set to a stage, written down before the flow hears of it. */
export async function moveTo(
  parts: DefinitionParts,
  record: DefinitionRecord,
  stage: DefinitionStage,
  share: number,
  why: string,
): Promise<DefinitionRecord> {
  const moved = { ...record, stage, share, why, since: parts.now() }
  await parts.store.put(moved)
  return moved
}

/** Tells the flow what is in force. A former set judges beside the new one and decides nothing. */
export async function publishStanding(parts: DefinitionParts): Promise<void> {
  const { active, trial, former } = await readStanding(parts)
  const beside = trial ?? former
  await parts.publish(active, beside, trial?.stage === 'canary' ? trial.share : 0)
}
