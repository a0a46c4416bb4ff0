import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import type { PolicyStore } from './policy-store.ts'

/** Who changes what tenants want, and when: what every verb that writes is given. */
export interface PolicyOrder extends DirectoryOrder {
  readonly policy: PolicyStore
  /** Address that the order came from; absent: this machine. */
  readonly ip?: string
}
