/** Words in a tree while it is built: keys instead of letters, and links to where a failed match goes on. */
export interface TrieNode {
  readonly next: Map<number, TrieNode>
  fail: TrieNode | null
  /** Phrases that end here, those of shorter ends included. */
  readonly ends: number[]
}

/** Slots for each edge, so that a look seldom meets another one. */
const slotsPerEdge = 3

/**
 * The same tree in flat arrays, nodes by number, the root 0: a tree of objects would be megabytes in each thread, which
 * every collection has to walk through.
 */
export class FlatTrie {
  readonly #fail: Int32Array
  readonly #endsFrom: Int32Array
  readonly #ends: Int32Array
  /** Edges by node and key: three numbers each, node and key and where it leads; a free slot leads to 0. */
  readonly #edges: Int32Array
  readonly #mask: number

  /** @param nodes all of them, the root first */
  constructor(nodes: readonly TrieNode[]) {
    const numbers = new Map(nodes.map((node, number) => [node, number]))
    const numberOf = (node: TrieNode | null) => (node ? (numbers.get(node) ?? 0) : 0)
    this.#fail = Int32Array.from(nodes, ({ fail }) => numberOf(fail))
    this.#ends = Int32Array.from(nodes.flatMap(({ ends }) => ends))
    this.#endsFrom = new Int32Array(nodes.length + 1)
    const slots = 2 ** Math.ceil(Math.log2(nodes.length * slotsPerEdge + 1))
    this.#mask = slots - 1
    this.#edges = new Int32Array(3 * slots)
    nodes.forEach((node, number) => {
      this.#endsFrom[number + 1] = this.#endsFrom[number]! + node.ends.length
      for (const [key, next] of node.next) this.#add(number, key, numberOf(next))
    })
  }

  /** Where a word leads from a node; phrases that end there are those of `ends`. */
  step(node: number, key: number): number {
    let from = node
    for (;;) {
      const next = this.#edge(from, key)
      if (next !== 0 || from === 0) return next
      from = this.#fail[from]!
    }
  }

  /** Calls `found` for each phrase that ends at a node. */
  ends(node: number, found: (phrase: number) => void): void {
    for (let at = this.#endsFrom[node]!; at < this.#endsFrom[node + 1]!; at++) found(this.#ends[at]!)
  }

  #add(node: number, key: number, to: number): void {
    const edges = this.#edges
    let slot = this.#home(node, key)
    while (edges[3 * slot + 2] !== 0) slot = (slot + 1) & this.#mask
    edges.set([node, key, to], 3 * slot)
  }

  #edge(node: number, key: number): number {
    const edges = this.#edges
    for (let slot = this.#home(node, key); edges[3 * slot + 2] !== 0; slot = (slot + 1) & this.#mask)
      if (edges[3 * slot] === node && edges[3 * slot + 1] === key) return edges[3 * slot + 2]!
    return 0
  }

  #home(node: number, key: number): number {
    const hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(key, 0x85ebca6b)
    return (hash ^ (hash >>> 15)) & this.#mask
  }
}
