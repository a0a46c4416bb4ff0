import type { WhoAsks } from '../access/who-asks.ts'
import type { ApiParts } from '../api-parts.ts'
import type { KnownWays } from '../known-ways.ts'
import type { BrandFrame } from '../page/brand-frame.ts'
import type { PageAssets } from '../page/page-assets.ts'
import type { StoreReads } from '../store-reads.ts'

/** What every route works with. */
export interface ApiContext {
  readonly parts: ApiParts
  /** Which methods each address takes. */
  readonly ways: KnownWays
  readonly reads: StoreReads
  readonly assets: PageAssets
  /** How pages under a host name look. */
  readonly brandOf: (host: string | undefined) => BrandFrame
  readonly who: WhoAsks
}
