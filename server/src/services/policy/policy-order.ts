import type { DirectoryOrder } from '#services/directory/directory-order.ts'
import type { PolicyStore } from './policy-store.ts'
import type { ReachesLevel } from './rule-targets.ts'

/** Who changes what tenants want, and when: what every verb that writes is given. */
export interface PolicyOrder extends DirectoryOrder {
  readonly policy: PolicyStore
  /** Address that the order came from; absent: this machine. */
  readonly ip?: string
  /**
   * Rules ask for no other groups, and send mail to no other people, than whoever orders reaches, and no other level is
   * named to him; absent: all of the tenant.
   */
  readonly reaches?: ReachesLevel
}
