import type { WhoAsks } from '../access/who-asks.ts'
import type { ApiParts } from '../api-parts.ts'
import type { PageAssets } from '../page/page-assets.ts'
import type { StoreReads } from '../store-reads.ts'

/** What every route works with. */
export interface ApiContext {
  readonly parts: ApiParts
  readonly reads: StoreReads
  readonly assets: PageAssets
  readonly who: WhoAsks
}
