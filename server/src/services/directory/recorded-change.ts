import type { DirectoryOrder } from './directory-order.ts'
import type { ChangeLine, DirectoryStore, StoreCall } from './directory-store.ts'

/** Who makes a change, and when; where its lines are written. */
type Recorder = Pick<DirectoryOrder, 'at' | 'who' | 'ip'> & {
  readonly directory: Pick<DirectoryStore, 'recordedChange'>
}

type CallsTo<Store> = {
  readonly [Name in keyof Store]: Store[Name] extends (...values: infer Values) => Promise<infer Answer>
    ? (...values: Values) => StoreCall<Answer>
    : never
}

/**
 * Calls to a store as plain data, with its types: `callTo<DirectoryStore>('directory').putUsers(users, at)`.
 * @param store its name among the stores of the site
 */
export function callTo<Store extends object>(store: string): CallsTo<Store> {
  return new Proxy({} as CallsTo<Store>, {
    get:
      (_target, method) =>
      (...values: unknown[]) => ({ store, method: String(method), values }),
  })
}

/**
 * Makes a change with its lines in the audit log, in one transaction: a change that nobody can find, or a line of one that
 * was not made, there is not. A change that answers null or false was not made, and leaves no line.
 * @returns what the change answers
 */
export async function changeRecorded<Answer>(
  { directory, at, who, ip = '' }: Recorder,
  change: StoreCall<Answer>,
  ...lines: readonly Pick<ChangeLine, 'what' | 'tenant' | 'detail' | 'answerAs' | 'withAnswer'>[]
): Promise<Answer> {
  const told = lines.map((each) => ({ at, who, ip, ...each }))
  return (await directory.recordedChange(change, told)) as Answer
}

/** Calls to the store of the directory. */
export const inDirectory = callTo<DirectoryStore>('directory')
