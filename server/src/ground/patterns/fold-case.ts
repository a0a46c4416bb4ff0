import { type CharSet, contains, joinRanges, rangesOf } from './char-set.ts'

/** Adds to a set whatever differs from its members by case alone. */
export function foldSet(set: CharSet): CharSet {
  if (set.every((code) => code < 128)) return foldAscii(set)
  const added: [number, number][] = [...rangesOf(set)].map(([first, last]) => [first, last])
  for (const family of families()) {
    if (family.some((code) => contains(set, code))) for (const code of family) added.push([code, code])
  }
  return joinRanges(added)
}

function foldAscii(set: CharSet): CharSet {
  const ranges: [number, number][] = []
  for (const [first, last] of rangesOf(set)) {
    ranges.push([first, last])
    for (const [from, to, shift] of [
      [65, 90, 32],
      [97, 122, -32],
    ] as const) {
      const [low, high] = [Math.max(first, from), Math.min(last, to)]
      if (low <= high) ranges.push([low + shift, high + shift])
    }
  }
  return joinRanges(ranges)
}

let known: readonly (readonly number[])[] | null = null
const lastWithCase = 0x1e943

/**
 * Characters that differ by case alone, by the simple mapping of single characters; what grows when its case changes
 * stands alone, and nothing outside ASCII belongs to an ASCII letter. Made once, when first needed.
 */
function families(): readonly (readonly number[])[] {
  if (known) return known
  const byUpper = new Map<number, number[]>()
  for (let code = 0; code <= lastWithCase; code++) {
    if (code === 0xd800) code = 0xe000
    const upper = upperOf(code)
    const family = byUpper.get(upper)
    if (family) family.push(code)
    else byUpper.set(upper, [code])
  }
  known = [...byUpper.values()].filter((each) => each.length > 1)
  return known
}

function upperOf(code: number): number {
  const text = String.fromCodePoint(code).toUpperCase()
  const upper = text.codePointAt(0) ?? code
  const isOne = text.length === (upper > 0xffff ? 2 : 1)
  return !isOne || (code >= 128 && upper < 128) ? code : upper
}
