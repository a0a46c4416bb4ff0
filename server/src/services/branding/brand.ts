import type { Tenant } from '#services/directory/directory-store.ts'

/** How the pages and notices of a level look. What is null is as at the level above. */
export interface Brand {
  readonly tenant: string
  readonly name: string | null
  /** Host name that people reach the pages by. */
  readonly host: string | null
  /** Name beside the address that notices come from. */
  readonly fromName: string | null
  /** `#rrggbb`. */
  readonly accent: string | null
  readonly loginText: string | null
  /** PNG or JPEG in base64. */
  readonly logo: string | null
  readonly logoType: string | null
  readonly changedAt: number
}

export interface BrandStore {
  brands(): Promise<Brand[]>
  /**
   * With `seen` (null: there was none) only where it is still so; false: it is not, and nothing was done.
   * @throws StoreError where another level has the host name
   */
  putBrand(brand: Brand, seen?: Brand | null): Promise<boolean>
}

/** A brand with everything in it that a page needs. */
export interface EffectiveBrand {
  readonly name: string
  readonly fromName: string
  /** Null: the colour of the platform. */
  readonly accent: string | null
  readonly loginText: string
  readonly logo: BrandLogo | null
  /** Host name of the nearest level that has one; null: the platform's. */
  readonly host: string | null
  /** The level that the pages of this brand are of; null: the platform. */
  readonly tenant: string | null
}

export interface BrandLogo {
  readonly tenant: string
  readonly type: string
  readonly content: string
  readonly changedAt: number
}

/** Look of the platform, where nobody says anything else. */
export const platformBrand: EffectiveBrand = {
  name: 'Mailkeep',
  fromName: '',
  accent: null,
  loginText: '',
  logo: null,
  host: null,
  tenant: null,
}

/** How it looks for a tenant: of each field the nearest one on the way up. */
export function brandOfTenant(
  tenant: string,
  tenants: readonly Tenant[],
  brands: readonly Brand[],
): EffectiveBrand {
  const line: Brand[] = []
  let at: string | null = tenant
  // A tree of three levels; a circle in damaged data must not hold anybody up.
  for (let steps = 0; at !== null && steps < 10; steps++) {
    const id: string = at
    const own = brands.find((each) => each.tenant === id)
    if (own) line.push(own)
    at = tenants.find((each) => each.id === id)?.parent ?? null
  }
  const first = <Name extends keyof Brand>(name: Name) => line.find((each) => each[name] !== null)?.[name]
  const logo = line.find((each) => each.logo !== null)
  return {
    name: first('name') ?? platformBrand.name,
    fromName: first('fromName') ?? first('name') ?? '',
    accent: first('accent') ?? null,
    loginText: first('loginText') ?? '',
    logo:
      logo?.logo && logo.logoType
        ? { tenant: logo.tenant, type: logo.logoType, content: logo.logo, changedAt: logo.changedAt }
        : null,
    host: first('host') ?? null,
    tenant: line[0]?.tenant ?? null,
  }
}

/** The level whose host name this is; null: none, so the platform's. @param host without a port, lower case */
export function tenantOfHost(host: string, brands: readonly Brand[]): string | null {
  return brands.find((each) => each.host === host)?.tenant ?? null
}
