import { createHash } from 'node:crypto'
import type { FaultKind } from './blind-faults.ts'

/**
 * Those that were asked for by words of their names, parted by commas; null: none were.
 * @throws Error there is none of that name
 */
export function wantedFaults(kinds: readonly FaultKind[]): FaultKind[] | null {
  const asked = process.env.MAILKEEP_DRILL_FAULT
  return asked ? asked.split(',').map((words) => findKind(kinds, words)) : null
}

function findKind(kinds: readonly FaultKind[], words: string): FaultKind {
  const found = kinds.find(({ name }) => name.toLowerCase().includes(words.trim().toLowerCase()))
  if (found) return found
  throw new Error(`there is no fault "${words}"; there are: ${kinds.map(({ name }) => name).join(', ')}`)
}

/** So many at random, none twice before all were drawn. */
export function draw(kinds: readonly FaultKind[], count: number, seed: number): FaultKind[] {
  const rank = ({ name }: FaultKind, turn: number) =>
    createHash('sha256').update(`${seed} ${turn} ${name}`).digest('hex')
  const turn = (n: number) => kinds.toSorted((one, other) => (rank(one, n) < rank(other, n) ? -1 : 1))
  return Array.from({ length: Math.ceil(count / kinds.length) }, (_, n) => turn(n))
    .flat()
    .slice(0, count)
}
