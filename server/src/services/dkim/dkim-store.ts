import { callTo } from '#services/directory/recorded-change.ts'
export const dkimAlgorithms = ['rsa', 'ed25519'] as const
export type DkimAlgorithm = (typeof dkimAlgorithms)[number]

/**
 * waiting: its record is not in DNS yet (or not any more), so nothing is signed with it; active: it signs; retired:
 * another one signs, and its record has to stay until nobody looks at what it signed any more.
 */
export type DkimKeyState = 'waiting' | 'active' | 'retired'

/** A key that signs mail of a domain (RFC 6376). */
export interface DkimKey {
  readonly domain: string
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  /** PKCS #8 in PEM; never shown, and sealed where it is kept. */
  readonly privateKey: string
  /** `p=` of its record. */
  readonly publicKey: string
  readonly state: DkimKeyState
  readonly madeAt: number
  readonly madeBy: string
  /** When it signed first; null: not yet. */
  readonly activeAt: number | null
  readonly retiredAt: number | null
  /** When DNS was last asked for its record and answered; null: not yet. */
  readonly checkedAt: number | null
}

/** Keys of domains. What signs is in force with the next snapshot of the directory. */
export interface DkimStore {
  /** Of one domain, or (null) of all; oldest first. */
  keys(domain: string | null): Promise<DkimKey[]>
  /** Adds a key or changes one that is there. */
  putKey(key: DkimKey): Promise<void>
  /** False: there was none. */
  removeKey(domain: string, selector: string): Promise<boolean>
}

/** Calls to its store, for changes that are noted with them. */
export const inDkim = callTo<DkimStore>('dkim')
