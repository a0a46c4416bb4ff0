import type { DirectoryStore } from '#services/directory/directory-store.ts'
import { TaskError, type TaskKind } from '#services/tasks/task-kind.ts'
import type { StepCall, StoredTask, TaskStep } from '#services/tasks/task-store.ts'
import { eraseStep } from './erase-person.ts'
import type { ErasedAddress, PersonStore, Tenants } from './person-store.ts'

/** Name of this kind of work. */
export const eraseKind = 'person-erase'

/** An order to erase a person. Orders are kept for a while and stand in the audit log: whom it means is sealed. */
export interface EraseTaskOrder {
  /** Sealed JSON of his addresses with what takes their place. */
  readonly sealed: string
  readonly tenants: Tenants
}

export interface EraseTaskParts {
  readonly directory: Pick<DirectoryStore, 'user'>
  readonly readPerson: Pick<PersonStore, 'countOpen'>
  /** Opens what an order has sealed. @throws Error */
  readonly open: (sealed: string) => string
  readonly now: () => number
}

/**
 * Takes a person out in steps: first out of the directory, so that nothing new comes, then out of record after record
 * until a step has found none. Its last step writes it down, by what stands in place of his addresses.
 */
export function eraseTask(parts: EraseTaskParts): TaskKind {
  return {
    async plan(task) {
      const { sealed, tenants } = task.order as unknown as EraseTaskOrder
      if (task.position === 'end') return null
      const erased = addressesIn(parts, sealed)
      const erase: StepCall = { store: 'person', method: 'erase', values: [erased, eraseStep, tenants] }
      // Where each step begins it stands how much was done before it.
      const next = `from ${task.done}`
      if (task.position === '') return { calls: [...(await removal(parts, erased)), erase], next }
      return task.position === next ? ending(parts, task, erased, tenants) : { calls: [erase], next }
    },
  }
}

/** Takes those addresses out of the directory that are still there. */
async function removal(
  { directory, now }: EraseTaskParts,
  erased: readonly ErasedAddress[],
): Promise<StepCall[]> {
  const known: string[] = []
  for (const { address } of erased) if (await directory.user(address)) known.push(address)
  if (known.length === 0) return []
  return [{ store: 'directory', method: 'removeUsers', values: [known, now()] }]
}

async function ending(
  { readPerson, now }: EraseTaskParts,
  { done, who, ip, tenant }: StoredTask,
  erased: readonly ErasedAddress[],
  tenants: Tenants,
): Promise<TaskStep> {
  const pseudonyms = erased.map(({ pseudonym }) => pseudonym)
  const open = await readPerson.countOpen(
    erased.map(({ address }) => address),
    tenants,
  )
  const values = [now(), 'person-erased', who, { pseudonyms, records: done }, { tenant, ip }]
  return { calls: [{ store: 'directory', method: 'recordChange', values }], next: 'end', result: { open } }
}

function addressesIn({ open }: EraseTaskParts, sealed: string): ErasedAddress[] {
  try {
    return JSON.parse(open(sealed)) as ErasedAddress[]
  } catch (cause) {
    throw new TaskError(
      `whom it means cannot be read any more: ${(cause as Error).message}; order it once more`,
    )
  }
}
