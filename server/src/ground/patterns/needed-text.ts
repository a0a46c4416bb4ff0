import { type CharSet, contains } from './char-set.ts'
import type { PatternTree } from './pattern-tree.ts'

/** Texts that are looked for first; more cost more than they save. */
const mostTexts = 4

/**
 * Texts in small letters, of ASCII alone, without each of which a pattern cannot be found in a text turned to small
 * letters; the longest first. Looking for them costs next to nothing, and most texts do not have all of them.
 */
export function neededTexts(tree: PatternTree): readonly string[] {
  const texts = new Set(runsOf(tree).filter((each) => each.length > 1))
  return [...texts].sort((a, b) => b.length - a.length).slice(0, mostTexts)
}

/** Texts that are all needed; a run is broken where anything else may stand between. */
function runsOf(tree: PatternTree): string[] {
  switch (tree.kind) {
    case 'char':
      return [letterOf(tree.set)]
    case 'sequence':
      return joinRuns(tree.parts)
    case 'repeat':
      return tree.least > 0 ? ['', ...runsOf(tree.part), ''] : ['', '']
    case 'choice':
      return ['', '']
    default:
      return []
  }
}

function joinRuns(parts: readonly PatternTree[]): string[] {
  const runs: string[] = []
  let open = ''
  for (const part of parts) {
    // A place takes no character, so texts on both sides of it touch.
    if (part.kind === 'place' || part.kind === 'empty') continue
    const letter = part.kind === 'char' ? letterOf(part.set) : ''
    if (letter !== '') {
      open += letter
      continue
    }
    runs.push(open)
    open = ''
    if (part.kind !== 'char') runs.push(...runsOf(part))
  }
  return [...runs, open]
}

/** The small letter that all of a set become; empty: they become different ones, or none of ASCII. */
function letterOf(set: CharSet): string {
  const first = set[0] ?? 128
  if (set.length > 4 || first > 127) return ''
  const small = String.fromCharCode(first).toLowerCase()
  if (set.length === 2 && set[0] === set[1]) return small
  const isPair = set.length === 4 && set[0] === set[1] && set[2] === set[3]
  const code = small.charCodeAt(0)
  return isPair && contains(set, code) && contains(set, code - 32) && first === code - 32 ? small : ''
}
