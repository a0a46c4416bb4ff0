/** A queue in which tenants take turns: who sends ten times as much waits ten times as long, and nobody else does. */
export class TenantTurns<Item> {
  readonly #queues = new Map<string, Item[]>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(tenant: string, item: Item): void {
    const queue = this.#queues.get(tenant)
    if (queue) queue.push(item)
    else this.#queues.set(tenant, [item])
    this.#size += 1
  }

  /** The next item of the tenant whose turn it is. */
  next(): Item | undefined {
    const first = this.#queues.entries().next()
    if (first.done) return undefined
    const [tenant, queue] = first.value
    const item = queue.shift()
    this.#queues.delete(tenant)
    if (queue.length > 0) this.#queues.set(tenant, queue)
    this.#size -= 1
    return item
  }

  /** Takes an item out of the queue, wherever it stands; undefined: it was not waiting any more. */
  take(tenant: string, isIt: (item: Item) => boolean): Item | undefined {
    const queue = this.#queues.get(tenant)
    const at = queue?.findIndex(isIt) ?? -1
    if (!queue || at < 0) return undefined
    const [item] = queue.splice(at, 1)
    if (queue.length === 0) this.#queues.delete(tenant)
    this.#size -= 1
    return item
  }
}
