/** What is known of one member in one look: how long its latest pieces of work took. */
export interface MemberPace<Member> {
  readonly member: Member
  readonly durations: readonly number[]
}

/** A member that is slower than its peers, and by how much, in milliseconds (p95). */
export interface SlowMember<Member> {
  readonly member: Member
  readonly tookMs: number
  readonly peersMs: number
}

/** A member is compared with its peers only when this many pieces of its work are known. */
const enoughToCompare = 20
/** Below this nobody is slow. */
const fastMs = 50
/** Looks in a row that must find the same member slow: where others use the machine, each of them is slow at times. */
const looksInRow = 4

/** PL-06: finds who takes more than twice as long as its peers, again and again. */
export class SlowMembers<Member> {
  #suspect: Member | null = null
  #looks = 0

  /** One look at all members; answers the one that is to be replaced, or null. */
  look(paces: readonly MemberPace<Member>[]): SlowMember<Member> | null {
    const slow = slowest(paces)
    this.#looks = slow === null ? 0 : slow.member === this.#suspect ? this.#looks + 1 : 1
    this.#suspect = slow?.member ?? null
    if (slow === null || this.#looks < looksInRow) return null
    this.#looks = 0
    return slow
  }
}

function slowest<Member>(paces: readonly MemberPace<Member>[]): SlowMember<Member> | null {
  const ranked = paces
    .filter(({ durations }) => durations.length >= enoughToCompare)
    .map(({ member, durations }) => ({ member, p95: percentile(durations, 0.95) }))
    .sort((a, b) => b.p95 - a.p95)
  const [first] = ranked
  const peer = ranked[Math.ceil(ranked.length / 2)]
  if (!first || !peer || first.p95 <= fastMs || first.p95 <= 2 * peer.p95) return null
  return { member: first.member, tookMs: first.p95, peersMs: peer.p95 }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
