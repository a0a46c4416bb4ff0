import { createHash } from 'node:crypto'
import type { FrozenMonth } from '#services/history/frozen-months.ts'
import type { HistoryEntry, KeptEntry } from '#services/history/history-entry.ts'
import type { HistoryStore, KeptDocument, NewDocument } from '#services/history/history-store.ts'
import type { HistoryIncident } from '#services/history/incident.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** HistoryStore on SQLite. */
export class SqliteHistoryStore implements Synchronous<HistoryStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  documents(): KeptDocument[] {
    return this.#statements
      .all<Omit<KeptDocument, 'stated'> & { stated: string | null }>(
        `SELECT id, file, form, entries, stated, imported_at AS importedAt, imported_by AS importedBy
         FROM history_documents ORDER BY imported_at, file`,
      )
      .map((row) => ({ ...row, stated: row.stated === null ? null : JSON.parse(row.stated) }))
  }

  entries(): KeptEntry[] {
    return this.#statements
      .all<{ seq: number; id: string; file: string; apart: number; entry: string }>(
        `SELECT seq, history_entries.id, file, apart, entry FROM history_entries
         JOIN history_documents ON history_documents.id = document ORDER BY seq`,
      )
      .map(({ seq, id, file, apart, entry }) => ({
        ...(JSON.parse(entry) as HistoryEntry),
        ...{ seq, id, file, apart: apart === 1 },
      }))
  }

  incidents(): HistoryIncident[] {
    return this.#statements
      .all<{ incident: string }>('SELECT incident FROM history_incidents ORDER BY place')
      .map((row) => JSON.parse(row.incident) as HistoryIncident)
  }

  addDocuments(documents: readonly NewDocument[]): void {
    for (const { document, entries } of documents) {
      const { id, file, form, stated, importedAt, importedBy } = document
      this.#statements.run(
        `INSERT INTO history_documents (id, file, form, entries, stated, imported_at, imported_by)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        ...[id, file, form, entries.length, stated && JSON.stringify(stated), importedAt, importedBy],
      )
      for (const { id: entryId, ...entry } of entries)
        this.#statements.run(
          'INSERT INTO history_entries (id, document, entry) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
          ...[entryId, id, JSON.stringify(entry)],
        )
    }
  }

  removeDocument(id: string): boolean {
    this.#statements.run('DELETE FROM history_entries WHERE document = ?', id)
    return this.#statements.run('DELETE FROM history_documents WHERE id = ?', id) > 0
  }

  setApart(entry: string, apart: boolean): boolean {
    return this.#statements.run('UPDATE history_entries SET apart = ? WHERE id = ?', apart ? 1 : 0, entry) > 0
  }

  months(limit: number): FrozenMonth[] {
    return this.#statements
      .all<{ frozen: string }>('SELECT frozen FROM history_months ORDER BY month DESC LIMIT ?', limit)
      .map((row) => JSON.parse(row.frozen) as FrozenMonth)
  }

  putMonth(month: FrozenMonth): void {
    this.#statements.run(
      'INSERT INTO history_months (month, frozen) VALUES (?, ?) ON CONFLICT DO UPDATE SET frozen = excluded.frozen',
      ...[month.month, JSON.stringify(month)],
    )
  }

  version(): string {
    const documents = this.#statements.all<{ id: string; importedAt: number }>(
      'SELECT id, imported_at AS importedAt FROM history_documents ORDER BY id',
    )
    const apart = this.#statements.all<{ id: string }>(
      'SELECT id FROM history_entries WHERE apart = 1 ORDER BY id',
    )
    return createHash('sha256')
      .update(JSON.stringify([documents, apart]))
      .digest('base64url')
  }

  putIncidents(incidents: readonly HistoryIncident[], version: string): boolean {
    if (this.version() !== version) return false
    this.#statements.run('DELETE FROM history_incidents')
    for (const [place, each] of incidents.entries())
      this.#statements.run(
        'INSERT INTO history_incidents (place, id, incident) VALUES (?, ?, ?)',
        ...[place, each.id, JSON.stringify(each)],
      )
    return true
  }
}
