import type { Statements } from './statements.ts'

/** Says that what the snapshot holds is another by now, so that a new one is made. */
export function raiseDirectoryVersion(statements: Statements): void {
  statements.run(
    `INSERT INTO facts (name, value) VALUES ('directory-version', '1')
     ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)`,
  )
}
