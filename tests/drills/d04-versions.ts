import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeOtherVersion } from '../harness/other-version.ts'

const schema = 'server/src/ground/storage/database/schema.ts'
const queueAnswer = 'server/src/doors/api/answers/describe-queue.ts'

/**
 * The versions that come after this one. They are copied before there is any traffic: copying takes seconds, in which this
 * process would neither answer for DNS nor send.
 */
export class OtherVersions implements Disposable {
  readonly #next = makeOtherVersion({ [schema]: (text) => withChanges(text, []) })
  readonly #broken = makeOtherVersion({
    [queueAnswer]: (text) =>
      text.replace(
        'export async function describeQueue(',
        "export async function describeQueue(..._asked: unknown[]): Promise<never> {\n  throw new Error('no such column: lane')\n}\nexport async function describeQueueBefore(",
      ),
  })
  /** As it is in this version. */
  readonly #text = readFileSync(join(import.meta.dirname, '../..', schema), 'utf8')

  /** Folder of the program with more changes of the database than this one has, until the next call. */
  next(...changes: readonly string[]): string {
    writeFileSync(join(this.#next.folder, schema), withChanges(this.#text, changes))
    return this.#next.folder
  }

  /** Folder of a program whose console fails where it tells of the queue. */
  get broken(): string {
    return this.#broken.folder
  }

  [Symbol.dispose](): void {
    this.#next[Symbol.dispose]()
    this.#broken[Symbol.dispose]()
  }
}

function withChanges(text: string, changes: readonly string[]): string {
  return `${text.replace('export const migrations:', 'const changesBefore:')}
export const migrations: readonly string[] = [...changesBefore, ...${JSON.stringify(changes)}]
`
}
