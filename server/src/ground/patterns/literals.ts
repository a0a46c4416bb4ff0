import { single } from './char-set.ts'
import { foldSet } from './fold-case.ts'
import { choice, empty, type PatternTree, sequence } from './pattern-tree.ts'

/** Steps that a list of literal texts may have: 5,000 of forty letters each. */
export const stepsOfLiterals = 600_000

interface Branch {
  readonly behind: Map<string, Branch>
  ends: boolean
}

/** A tree in which texts that begin alike share their beginning, so that a search holds few of them at a time. */
export function literalsTree(texts: readonly string[]): PatternTree {
  const root: Branch = { behind: new Map(), ends: false }
  for (const text of texts) {
    let branch = root
    for (const char of text.toLowerCase()) {
      const next = branch.behind.get(char) ?? { behind: new Map(), ends: false }
      branch.behind.set(char, next)
      branch = next
    }
    branch.ends = true
  }
  return toTree(root)
}

/** What is longer than a text of the list is found with it, so nothing behind its end matters. */
function toTree(branch: Branch): PatternTree {
  if (branch.ends || branch.behind.size === 0) return empty
  const parts = [...branch.behind].map(([char, next]) => {
    const set = foldSet(single(char.codePointAt(0) ?? 0))
    // A run without branches is one sequence: recursion then goes by branches, not by letters.
    const run: PatternTree[] = [{ kind: 'char', set }]
    let end = next
    while (!end.ends && end.behind.size === 1) {
      const [[letter, behind] = ['', end]] = end.behind
      run.push({ kind: 'char', set: foldSet(single(letter.codePointAt(0) ?? 0)) })
      end = behind
    }
    return sequence([...run, toTree(end)])
  })
  return choice(parts)
}
