import type { Brand, BrandStore } from '#services/branding/brand.ts'
import { isAsSeen } from './is-as-seen.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** How the pages of each level look. */
export class SqliteBrandStore implements Synchronous<BrandStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  brands(): Brand[] {
    return this.#statements.all<Brand>(
      `SELECT tenant, name, host, from_name AS fromName, accent, login_text AS loginText, logo,
         logo_type AS logoType, changed_at AS changedAt FROM brands ORDER BY tenant`,
    )
  }

  putBrand(brand: Brand, seen?: Brand | null): boolean {
    if (
      !isAsSeen(
        this.brands().find((each) => each.tenant === brand.tenant),
        seen,
      )
    )
      return false
    this.#statements.run(
      `INSERT INTO brands (tenant, name, host, from_name, accent, login_text, logo, logo_type, changed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (tenant) DO UPDATE SET name = excluded.name, host = excluded.host,
         from_name = excluded.from_name, accent = excluded.accent, login_text = excluded.login_text,
         logo = excluded.logo, logo_type = excluded.logo_type, changed_at = excluded.changed_at`,
      brand.tenant,
      brand.name,
      brand.host,
      brand.fromName,
      brand.accent,
      brand.loginText,
      brand.logo,
      brand.logoType,
      brand.changedAt,
    )
    return true
  }
}
