import type { KeptPage, KeptPlace, KeptSelection } from '#services/ledger/retention-store.ts'
import type { KeptSetting } from './kept-settings.ts'

/** Mail that is kept for a time which levels may shorten: in quarantine, held, or the content of what was returned. */
export interface KeptMail {
  readonly setting: KeptSetting
  /** Those of a selection that are kept, oldest first; what is older than it may be among them. */
  page(selection: KeptSelection, behind: KeptPlace | null, limit: number): Promise<KeptPage>
  /** How many there are; more at most. */
  count(selection: KeptSelection): Promise<number>
}
