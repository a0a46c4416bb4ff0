import type { Readable } from 'node:stream'
import { OrderError } from '#services/ledger/order-error.ts'
import { type DirectoryOrder, domainsOf, recordOrder } from './directory-order.ts'
import type { ChangeLine, Imported, NewMembers, User } from './directory-store.ts'
import { readUser } from './read-user.ts'
import { readUserFile, type UserLine } from './read-user-file.ts'
import { changeRecorded, inDirectory } from './recorded-change.ts'

export interface ImportOptions {
  /** Opens the file anew: it is read twice, so that nothing is changed by a file that turns out to be wrong. */
  readonly open: () => Readable
  /** Whether one wrong line refuses the whole file. */
  readonly strict: boolean
  readonly dryRun: boolean
  /** Called now and then with the number of lines done, of all the lines that there are (0: not known yet). */
  readonly onProgress: (done: number, all: number) => void
}

export interface ImportReport {
  /** Lines with people on them, wrong ones included. */
  readonly lines: number
  readonly added: number
  readonly changed: number
  readonly wrong: number
  /** The first wrong lines. */
  readonly problems: readonly { readonly line: number; readonly text: string }[]
  /** Whether the directory was changed. */
  readonly done: boolean
}

/** Wrong lines that are told one by one. */
const mostProblems = 1000
/** Files up to this many lines are written in one transaction; longer ones let other writers in between. */
const oneTransaction = 20_000
const batchSize = 2000

type Read =
  | { readonly user: User; readonly group: string }
  | { readonly line: number; readonly wrong: string }

/**
 * Adds and changes people from a CSV file. It is read once to find what is wrong, and changes nothing before it has
 * been read to its end. Nobody is removed: who is not in the file stays. @throws OrderError, UserFileError
 */
export async function importUsers(order: DirectoryOrder, options: ImportOptions): Promise<ImportReport> {
  const domains = new Set((await domainsOf(order)).map((each) => each.name))
  const isOurs = (domain: string) => domains.has(domain)
  const checked = await checkFile(options, isOurs)
  const isRefused = options.dryRun || (options.strict && checked.wrong > 0)
  if (isRefused) return { ...checked, added: 0, changed: 0, done: false }
  const imported = await writePeople(order, options, isOurs, checked)
  return { ...checked, ...imported, done: true }
}

async function checkFile(
  { open, onProgress }: ImportOptions,
  isOurs: (domain: string) => boolean,
): Promise<Pick<ImportReport, 'lines' | 'wrong' | 'problems'>> {
  const problems: { line: number; text: string }[] = []
  let [lines, wrong] = [0, 0]
  for await (const line of readUserFile(open())) {
    const read = readPerson(line, isOurs)
    lines += 1
    if (lines % 10_000 === 0) onProgress(lines, 0)
    if (!('wrong' in read)) continue
    wrong += 1
    if (problems.length < mostProblems) problems.push({ line: read.line, text: read.wrong })
  }
  return { lines, wrong, problems }
}

function readPerson(line: UserLine, isOurs: (domain: string) => boolean): Read {
  if ('wrong' in line) return line
  const user = readUser(line.given, isOurs)
  return typeof user === 'string' ? { line: line.line, wrong: user } : { user, group: line.group }
}

/**
 * A short file is one transaction with its line in the audit log. Of a longer one the first transaction has a line that
 * it began, so that no change of it is without one; what came of it is written down at its end.
 */
async function writePeople(
  order: DirectoryOrder,
  { open, onProgress }: ImportOptions,
  isOurs: (domain: string) => boolean,
  { lines, wrong }: Pick<ImportReport, 'lines' | 'wrong'>,
): Promise<Imported> {
  const isOne = lines <= oneTransaction
  const size = isOne ? oneTransaction : batchSize
  const tenant = order.tenant ?? null
  let batch: { user: User; group: string }[] = []
  let [added, changed, done] = [0, 0, 0]
  const flush = async () => {
    const what = isOne ? 'users-imported' : 'users-import-began'
    const line = { what, tenant, detail: { lines, wrong }, ...(isOne && { withAnswer: true as const }) }
    try {
      const imported = await writeBatch(order, batch, done === 0 ? [line] : [])
      added += imported.added
      changed += imported.changed
    } catch (cause) {
      throw new OrderError(
        'conflict',
        `${done} of ${lines} lines are in, then the directory could not be written (${(cause as Error).message}); the same command again does the rest`,
      )
    }
    done += batch.length
    onProgress(done, lines)
    batch = []
  }
  for await (const line of readUserFile(open())) {
    const read = readPerson(line, isOurs)
    if ('wrong' in read) continue
    batch.push(read)
    if (batch.length >= size) await flush()
  }
  if (batch.length > 0) await flush()
  const isTold = isOne && done > 0
  if (!isTold) await recordOrder(order, 'users-imported', tenant, { lines, wrong, added, changed })
  return { added, changed }
}

function writeBatch(
  order: DirectoryOrder,
  batch: readonly { user: User; group: string }[],
  lines: readonly Pick<ChangeLine, 'what' | 'tenant' | 'detail' | 'withAnswer'>[],
): Promise<Imported> {
  const groups = new Map<string, NewMembers & { readonly addresses: string[] }>()
  for (const { user, group } of batch) {
    if (group === '') continue
    const id = `${user.domain}/${group.toLowerCase()}`
    const known = groups.get(id)
    if (known) known.addresses.push(user.address)
    else {
      const made = { id, domain: user.domain, name: group, settings: {} }
      groups.set(id, { group: made, addresses: [user.address] })
    }
  }
  const users = batch.map((each) => each.user)
  const put = inDirectory.importPeople(users, [...groups.values()], order.at)
  return changeRecorded(order, put, ...lines)
}
