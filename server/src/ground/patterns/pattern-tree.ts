import type { CharSet } from './char-set.ts'

/** Where a pattern may stand without taking a character. */
export type Place = 'text-begin' | 'text-end' | 'line-begin' | 'line-end' | 'word-edge' | 'no-word-edge'

/** A pattern as a tree. */
export type PatternTree =
  | { readonly kind: 'empty' }
  | { readonly kind: 'char'; readonly set: CharSet }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternTree[] }
  /** `most` is Infinity where there is no end. */
  | { readonly kind: 'repeat'; readonly part: PatternTree; readonly least: number; readonly most: number }

export const empty: PatternTree = { kind: 'empty' }

export function sequence(parts: readonly PatternTree[]): PatternTree {
  if (parts.length === 0) return empty
  return parts.length === 1 ? (parts[0] as PatternTree) : { kind: 'sequence', parts }
}

export function choice(parts: readonly PatternTree[]): PatternTree {
  return parts.length === 1 ? (parts[0] as PatternTree) : { kind: 'choice', parts }
}

/** Steps that a tree unfolds to as a program; counted before it is unfolded. */
export function stepsOf(tree: PatternTree): number {
  switch (tree.kind) {
    case 'empty':
      return 0
    case 'char':
    case 'place':
      return 1
    case 'sequence':
      return tree.parts.reduce((sum, part) => sum + stepsOf(part), 0)
    case 'choice':
      return tree.parts.reduce((sum, part) => sum + stepsOf(part) + 2, 0)
    case 'repeat': {
      const copies = tree.most === Infinity ? tree.least + 1 : tree.most
      return copies * (stepsOf(tree.part) + 1)
    }
  }
}
