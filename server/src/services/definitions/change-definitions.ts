import { createHash } from 'node:crypto'
import { OrderError } from '#services/ledger/order-error.ts'
import type { DefinitionParts, DescribedSet, GoldenResult } from './definition-parts.ts'
import type { DefinitionRecord } from './definition-store.ts'
import { moveTo, publishStanding, readStanding } from './stages.ts'

/** Gives a file of data that a set names. @throws an error where there is none */
export type ReadData = (name: string) => Uint8Array

/**
 * Adds a set with the files of data that it names: judged against the golden samples at once, then in the shadow of the
 * active one. @throws OrderError
 */
export async function addDefinitions(
  parts: DefinitionParts,
  content: string,
  who: string,
  readData: ReadData = noData,
): Promise<{ version: string; golden: GoldenResult }> {
  const set = orderly(() => parts.read(content))
  const { version } = set
  const { active, trial } = await readStanding(parts)
  if ((await parts.store.list()).some((each) => each.version === version) || version === active.version)
    throw new OrderError('conflict', `there is a set ${version} already; a change needs a version of its own`)
  if (trial)
    throw new OrderError(
      'conflict',
      `${trial.version} is on trial; one set at a time, or its faults cannot be told apart`,
    )
  const files = filesOf(set, readData)
  const golden = await parts.runGolden(content, active.content, files).catch((cause) => {
    throw new OrderError('wrong', `${version} was not taken: ${(cause as Error).message}`)
  })
  const why = goldenFault(golden)
  if (why !== null) throw new OrderError('wrong', `${version} was not taken: ${why}`)
  const now = parts.now()
  for (const [sha256, file] of files) await parts.store.putFile({ sha256, content: file })
  await parts.store.put({
    version,
    stage: 'shadow',
    share: 0,
    since: now,
    addedAt: now,
    addedBy: who,
    why: `${golden.clean} clean and ${golden.bad} bad samples judged right`,
    content,
    golden: { clean: golden.clean, bad: golden.bad },
  })
  await publishStanding(parts)
  return { version, golden }
}

const noData: ReadData = (name) => {
  throw new Error(`the file ${name} is missing`)
}

/** Files of data of a set by checksum. @throws OrderError where one is not what the set promises */
function filesOf({ data }: DescribedSet, readData: ReadData): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const [name, { sha256, size }] of Object.entries(data)) {
    const content = orderly(() => readData(name))
    if (content.length !== size || createHash('sha256').update(content).digest('hex') !== sha256)
      throw new OrderError('wrong', `${name} is not the file that the set names: size or sha256 differ`)
    files.set(sha256, content)
  }
  return files
}

function orderly<Answer>(work: () => Answer): Answer {
  try {
    return work()
  } catch (cause) {
    throw new OrderError('wrong', (cause as Error).message)
  }
}

/** Any clean sample hit, any bad one missed (N-08). */
function goldenFault({ wronglyKept, missed }: GoldenResult): string | null {
  if (wronglyKept.length > 0)
    return `it keeps ${wronglyKept.length} clean samples from their recipients (${wronglyKept.slice(0, 5).join(', ')})`
  if (missed.length > 0) return `it misses ${missed.length} bad samples (${missed.slice(0, 5).join(', ')})`
  return null
}

/**
 * Makes the set on trial the active one; the one before goes on judging beside it, and takes over again by itself
 * if the new one does harm. Before its trial is over this is a person's decision. @throws OrderError
 */
export async function activateDefinitions(
  parts: DefinitionParts,
  version: string,
  why: string,
): Promise<void> {
  const { active, trial, former } = await readStanding(parts)
  if (trial?.version !== version) throw new OrderError('not-found', `${version} is not on trial`)
  if (former) await moveTo(parts, former, 'retired', 0, former.why)
  // A share above 0 marks the one that is compared with, and would come back.
  await moveTo(parts, active, 'retired', 1, `${version} took its place`)
  await moveTo(parts, trial, 'active', 1, why)
  await publishStanding(parts)
}

/**
 * Takes a set back: the one before is in force again, and what the set put into quarantine is judged anew.
 * @throws OrderError
 */
export async function takeBackDefinitions(
  parts: DefinitionParts,
  version: string,
  why: string,
): Promise<void> {
  const { active, trial, former } = await readStanding(parts)
  const wrong = [trial, active].find((each) => each?.version === version)
  if (!wrong || (wrong === active && !former))
    throw new OrderError(
      'not-found',
      `${version} is neither on trial nor active with a set before it to go back to`,
    )
  if (wrong === active) await goBackTo(parts, former)
  // A share above 0 marks that what it caught is still to be judged anew.
  const felt = wrong.stage === 'shadow' ? `${why}; it had decided nothing` : why
  await moveTo(parts, wrong, 'taken-back', 1, felt)
  await publishStanding(parts)
}

async function goBackTo(parts: DefinitionParts, former: DefinitionRecord | null): Promise<void> {
  if (former) await moveTo(parts, former, 'active', 1, 'in force again')
}
