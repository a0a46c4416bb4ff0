import { randomInt } from 'node:crypto'

/** Slots at first; as many as an ordinary message needs. */
const fewSlots = 4096

/** Another one in each process, so that nobody can choose words which all fall into one place. */
const factor = randomInt(2 ** 31) * 2 + 1

/**
 * A value for each of many hashes, in the order in which they came. Open addressing over flat arrays: in a Map every
 * other hash would be an object of its own, since it does not fit into a small integer, and a message has thousands.
 * Made to be used again for the next message.
 */
export class HashValues {
  #hashes = new Uint32Array(fewSlots)
  #values = new Float64Array(fewSlots)
  /** Slots in use, plus one, by place; 0: free. */
  #slots = new Int32Array(2 * fewSlots)
  /** Leaves as many bits of a product as there are slots. */
  #shift = Math.clz32(2 * fewSlots - 1)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Forgets all of them; the arrays stay as large as they have become. */
  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }

  /** Sets the value of a hash; one that is there keeps its place. */
  set(hash: number, value: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = Math.imul(hash, factor) >>> this.#shift
    for (let slot = slots[at]!; slot !== 0; slot = slots[at]!) {
      if (this.#hashes[slot - 1] === hash) {
        this.#values[slot - 1] = value
        return
      }
      at = (at + 1) & mask
    }
    if (this.#size === this.#hashes.length) {
      this.#grow()
      this.set(hash, value)
      return
    }
    this.#hashes[this.#size] = hash
    this.#values[this.#size++] = value
    slots[at] = this.#size
  }

  squares(): number {
    let sum = 0
    for (let i = 0; i < this.#size; i++) sum += this.#values[i]! * this.#values[i]!
    return sum
  }

  /** Writes hashes and values, multiplied by `times`, to two arrays from `at` on; answers where they end. */
  copyTo(hashes: Uint32Array, values: Float32Array, at: number, times: number): number {
    for (let i = 0; i < this.#size; i++) {
      hashes[at + i] = this.#hashes[i]!
      values[at + i] = this.#values[i]! * times
    }
    return at + this.#size
  }

  #grow(): void {
    const [hashes, values, size] = [this.#hashes, this.#values, this.#size]
    this.#hashes = new Uint32Array(2 * hashes.length)
    this.#values = new Float64Array(2 * values.length)
    this.#slots = new Int32Array(4 * hashes.length)
    this.#shift--
    this.#size = 0
    for (let i = 0; i < size; i++) this.set(hashes[i]!, values[i]!)
  }
}
