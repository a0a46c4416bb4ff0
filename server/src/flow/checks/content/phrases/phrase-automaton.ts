import { FlatTrie, type TrieNode } from './flat-trie.ts'
import { StemTable } from './stem-table.ts'

/** Finds which of many phrases a list of words holds, in one pass. */
export interface PhraseAutomaton {
  /** Numbers of the phrases found, as they were given. */
  find(words: readonly string[]): Set<number>
  /** Calls `found` for each phrase at each place, with the place of its last word; in order. */
  visit(words: readonly string[], found: (number: number, at: number) => void): void
}

/**
 * Makes an automaton (Aho and Corasick, 1975; words instead of letters) for phrases given as words. A word that ends
 * with `*` stands for all words with that beginning: these are looked up by their stem, the longest that fits, so that
 * the pass stays one look a word.
 */
export function createPhraseAutomaton(phrases: readonly (readonly string[])[]): PhraseAutomaton {
  const root: TrieNode = { next: new Map(), fail: null, ends: [] }
  const table = readTable(phrases)
  for (const [number, words] of phrases.entries()) addPhrase(root, keysOf(words, table), number)
  const trie = new FlatTrie(linkFailures(root))
  return {
    find(words) {
      const found = new Set<number>()
      visit(words, (number) => found.add(number))
      return found
    },
    visit,
  }

  function visit(words: readonly string[], found: (number: number, at: number) => void): void {
    let node = 0
    for (let at = 0; at < words.length; at++) {
      const key = table.of(words[at]!)
      node = key === 0 ? 0 : trie.step(node, key)
      if (node !== 0) trie.ends(node, (number) => found(number, at))
    }
  }
}

function readTable(phrases: readonly (readonly string[])[]): StemTable {
  const all = phrases.flat()
  const stems = new Set(all.flatMap((each) => (each.endsWith('*') ? [each.slice(0, -1)] : [])))
  return new StemTable(stems, new Set(all.filter((each) => !each.endsWith('*'))))
}

/** A stem within a phrase is that stem, and no longer one that begins it. */
function keysOf(words: readonly string[], table: StemTable): number[] {
  return words.map((each) => (each.endsWith('*') ? table.ofStem(each.slice(0, -1)) : table.of(each)))
}

function addPhrase(root: TrieNode, words: readonly number[], number: number): void {
  let node = root
  for (const word of words) {
    let next = node.next.get(word)
    if (!next) node.next.set(word, (next = { next: new Map(), fail: null, ends: [] }))
    node = next
  }
  node.ends.push(number)
}

/** Answers all nodes, the root first. */
function linkFailures(root: TrieNode): TrieNode[] {
  const queue = [root]
  for (const node of queue) {
    for (const [word, next] of node.next) {
      let fail = node.fail
      while (fail && !fail.next.has(word)) fail = fail.fail
      next.fail = fail?.next.get(word) ?? root
      next.ends.push(...next.fail.ends)
      queue.push(next)
    }
  }
  return queue
}
