import type { Readable } from 'node:stream'
import type { Info } from 'csv-parse'
import type { NewUser } from './read-user.ts'

/** One line of a file of people. `wrong` says why it cannot be read as one. */
export type UserLine =
  | { readonly line: number; readonly given: NewUser; readonly group: string }
  | { readonly line: number; readonly wrong: string }

/** Names that a column may have; case, spaces, hyphens and underscores do not count. */
const columnNames = {
  address: ['address', 'email', 'emailaddress', 'mail'],
  kind: ['kind', 'type'],
  aliasOf: ['aliasof', 'owner'],
  displayName: ['displayname', 'name', 'fullname'],
  group: ['group'],
} as const
type Column = keyof typeof columnNames

/** A file of people cannot be read as one, as a whole. */
export class UserFileError extends Error {
  readonly code = 'file-unreadable'
  constructor(text: string) {
    super(text)
    this.name = 'UserFileError'
  }
}

interface Row {
  readonly record: readonly string[]
  readonly info: Info
}

/**
 * Reads a CSV file of people line by line, parted by commas, semicolons or tabs; memory does not grow with it.
 * @throws UserFileError
 */
export async function* readUserFile(file: Readable): AsyncGenerator<UserLine> {
  // A server reads no such file: only the command that does holds the library in its memory.
  const { CsvError, parse } = await import('csv-parse')
  const rows = file.pipe(
    parse({
      bom: true,
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 65_536,
    }),
  )
  file.once('error', (cause) => rows.destroy(cause))
  let columns: Partial<Record<Column, number>> | null = null
  try {
    for await (const { record, info } of rows as AsyncIterable<Row>) {
      if (columns === null) columns = readHead(record)
      else yield readLine(record, info.lines, columns)
    }
  } catch (cause) {
    // A torn quote takes the lines behind it along: nobody can say which of them were meant.
    if (cause instanceof CsvError) throw new UserFileError(`it cannot be read: ${cause.message}`)
    throw cause
  }
}

function readHead(record: readonly string[]): Partial<Record<Column, number>> {
  const names = record.map((each) => each.toLowerCase().replace(/[\s_-]/g, ''))
  const columns: Partial<Record<Column, number>> = {}
  for (const [column, known] of Object.entries(columnNames) as [Column, readonly string[]][]) {
    const index = names.findIndex((each) => known.includes(each))
    if (index >= 0) columns[column] = index
  }
  if (columns.address === undefined) {
    const found = JSON.stringify(record.join(',').slice(0, 80))
    throw new UserFileError(
      `the first line must name the columns: address, and if you like kind, alias-of, display name, group; it is ${found}`,
    )
  }
  return columns
}

function readLine(
  record: readonly string[],
  line: number,
  columns: Partial<Record<Column, number>>,
): UserLine {
  const field = (column: Column) => record[columns[column] ?? -1] ?? ''
  const [kind, aliasOf] = [field('kind').toLowerCase(), field('aliasOf')]
  if (!['', 'user', 'alias'].includes(kind)) return { line, wrong: `kind is ${kind}; expected user or alias` }
  if (kind === 'alias' && aliasOf === '') return { line, wrong: 'an alias needs an address in alias-of' }
  if (kind === 'user' && aliasOf !== '') return { line, wrong: 'a user has no alias-of; its kind is alias' }
  return {
    line,
    given: { address: field('address'), aliasOf, displayName: field('displayName') },
    group: field('group'),
  }
}
