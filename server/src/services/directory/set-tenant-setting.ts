import { OrderError } from '#services/ledger/order-error.ts'
import type { DirectoryOrder } from './directory-order.ts'
import type { Tenant } from './directory-store.ts'
import { checkPolicySetting, policySettingOf } from './policy-settings.ts'

export interface SettingChange {
  readonly tenant: string
  readonly name: string
  /** Null: back to what is inherited. */
  readonly value: string | null
  /** Whether levels below may change it; undefined: as it was. */
  readonly locked?: boolean
}

/** Sets a policy setting of a tenant, for everything below it that does not override it. @throws OrderError */
export async function setTenantSetting(order: DirectoryOrder, change: SettingChange): Promise<Tenant> {
  const tenant = (await order.directory.tenants()).find((each) => each.id === change.tenant)
  if (!tenant) throw new OrderError('not-found', `there is no tenant ${change.tenant}`)
  if (policySettingOf(change.name) === null || change.value !== null) check(change.name, change.value ?? '')
  const { [change.name]: _before, ...others } = tenant.settings
  const isLocked = change.locked ?? tenant.locked.includes(change.name)
  const changed: Tenant = {
    ...tenant,
    settings: change.value === null ? others : { ...others, [change.name]: change.value },
    locked: [...tenant.locked.filter((each) => each !== change.name), ...(isLocked ? [change.name] : [])],
  }
  await order.directory.putTenant(changed)
  await order.directory.recordChange(order.at, 'tenant-setting', order.who, change)
  return changed
}

function check(name: string, value: string): void {
  try {
    checkPolicySetting(name, value)
  } catch (cause) {
    throw new OrderError('wrong', (cause as Error).message)
  }
}
