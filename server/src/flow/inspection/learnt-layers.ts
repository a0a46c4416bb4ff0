import type { Layer } from '#ground/learning/layer.ts'

/** What tenants have taught, from files on this machine; answers at once. */
export interface LearntLayers {
  /** No tenant has taught anything that counts. */
  isEmpty(): boolean
  /**
   * What counts for a tenant's message. While a new layer proves itself, it counts for a share of the mail.
   * @param place number from 0 to below 1 that belongs to the message
   */
  of(tenant: string, place: number): Layer | null
  /** Points that a layer may add or take off at most. */
  most(): number
}
