import { callTo } from '#services/directory/recorded-change.ts'
/** A domain whose own servers send past us for a while: the way out when our outbound road is the trouble. */
export interface Bypass {
  readonly domain: string
  readonly since: number
  /** It ends by itself; nobody forgets it for weeks. */
  readonly until: number
  readonly why: string
  readonly who: string
}

export interface BypassStore {
  /** By domain; also those whose end has come, until somebody has looked after them. */
  bypasses(): Promise<Bypass[]>
  bypassOf(domain: string): Promise<Bypass | null>
  /** One that is there keeps its beginning. */
  putBypass(bypass: Bypass): Promise<void>
  /** False: there was none. */
  removeBypass(domain: string): Promise<boolean>
}

/** Calls to its store, for changes that are noted with them. */
export const inBypasses = callTo<BypassStore>('bypasses')
