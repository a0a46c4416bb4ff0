import type { Tenant } from '#services/directory/directory-store.ts'
import {
  type Brand,
  type BrandStore,
  brandOfTenant,
  type EffectiveBrand,
  platformBrand,
  tenantOfHost,
} from './brand.ts'

export interface BrandsParts {
  readonly store: Pick<BrandStore, 'brands'>
  readonly tenants: () => Promise<readonly Tenant[]>
}

const freshMs = 2000

/**
 * Brands as pages ask for them: from memory, renewed beside the asking. Where the store is away the last known ones
 * stay, and whoever comes under a host name of ours still comes in.
 */
export class Brands {
  readonly #parts: BrandsParts
  #brands: readonly Brand[] = []
  #tenants: readonly Tenant[] = []
  #at = 0
  #isKnown = false
  #renewing: Promise<void> | null = null

  constructor(parts: BrandsParts) {
    this.#parts = parts
  }

  /** Whether they have been read once. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /** Reads them anew if that is due; waits for it no longer than `waitMs`. */
  async renew(waitMs: number): Promise<void> {
    if (Date.now() - this.#at < freshMs) return
    this.#renewing ??= this.#read().finally(() => {
      this.#renewing = null
    })
    if (waitMs === 0) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([this.#renewing, late])
    clearTimeout(timer)
  }

  async #read(): Promise<void> {
    try {
      const [brands, tenants] = await Promise.all([this.#parts.store.brands(), this.#parts.tenants()])
      this.#brands = brands
      this.#tenants = tenants
      this.#at = Date.now()
      this.#isKnown = true
    } catch {
      // The last known ones stay.
    }
  }

  /** After a change of ours: what is known is old. */
  forget(): void {
    this.#at = 0
  }

  hosts(): string[] {
    return this.#brands.flatMap(({ host }) => (host === null ? [] : [host]))
  }

  ofTenant(tenant: string): EffectiveBrand {
    return brandOfTenant(tenant, this.#tenants, this.#brands)
  }

  /** The level whose pages answer under a host name; the platform's own are the operator's. Null: not known yet. */
  tenantOfHost(host: string): string | null {
    const own = tenantOfHost(host.toLowerCase().replace(/:\d{1,5}$/, ''), this.#brands)
    return own ?? this.#tenants.find((each) => each.level === 'operator')?.id ?? null
  }

  /** @param host as in the Host field, with or without a port */
  ofHost(host: string): EffectiveBrand {
    const at = this.tenantOfHost(host)
    return at === null ? platformBrand : this.ofTenant(at)
  }
}
