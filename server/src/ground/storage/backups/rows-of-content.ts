import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

/** A message whose content is a file. */
export interface RowOfContent {
  readonly id: string
  /** Of the file. */
  readonly name: string
  readonly sha256: string | null
}

/** Goes over the messages of a database whose content is a file. */
export function* readRowsOfContent(database: DatabaseSync): Generator<RowOfContent> {
  const rows = database
    .prepare('SELECT message_id AS id, path, sha256 FROM bodies WHERE path IS NOT NULL')
    .iterate() as Iterable<{ id: string; path: string; sha256: string | null }>
  for (const { id, path, sha256 } of rows) yield { id, name: basename(path), sha256 }
}
