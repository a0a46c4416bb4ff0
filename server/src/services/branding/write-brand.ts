import { readImageSize } from '#ground/files/image-size.ts'
import { type AccessOrder, recordAccess } from '#services/access/access-order.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import type { Brand, BrandStore } from './brand.ts'
import { contrast, leastContrast, readColour } from './contrast.ts'

/** What a level says of its look; null: as above. */
export type BrandFields = Pick<Brand, 'name' | 'host' | 'fromName' | 'accent' | 'loginText'>

export const logoLimits = { width: 250, height: 60, bytes: 50_000 } as const
const white = [255, 255, 255] as const

interface BrandOrder extends AccessOrder {
  readonly brands: BrandStore
  /** Host names that are the platform's own. */
  readonly ownHosts: readonly string[]
}

/**
 * Sets what a level says of its look.
 * @param seen as it was read by whoever changes it, null: there was nothing; absent: as it is now
 * @throws OrderError
 */
export async function putBrand(
  order: BrandOrder,
  tenant: string,
  given: BrandFields,
  seen?: Brand | null,
): Promise<void> {
  const all = await order.brands.brands()
  const own = seen === undefined ? (all.find((each) => each.tenant === tenant) ?? null) : seen
  const known = own ?? emptyBrand(tenant)
  const next: Brand = {
    ...known,
    name: textOf('a name', given.name, 60),
    fromName: textOf('a sender name', given.fromName, 60),
    loginText: textOf('a text', given.loginText, 500),
    accent: checkAccent(given.accent),
    host: checkHost(given.host, tenant, all, order.ownHosts),
    changedAt: order.at,
  }
  if (!(await order.brands.putBrand(next, own)))
    throw new OrderError('changed', `the look of ${tenant} is not as you have seen it; look again`)
  const [before, after] = [fieldsOf(known), fieldsOf(next)]
  await recordAccess(order, 'brand-changed', tenant, { before, after })
}

/** Sets the logo of a level; null takes it away. @param logo PNG or JPEG in base64 @throws OrderError */
export async function putLogo(order: BrandOrder, tenant: string, logo: string | null): Promise<void> {
  const known = (await order.brands.brands()).find((each) => each.tenant === tenant) ?? emptyBrand(tenant)
  const logoType = logo === null ? null : checkLogo(logo)
  await order.brands.putBrand({ ...known, logo, logoType, changedAt: order.at })
  await recordAccess(order, 'brand-logo-changed', tenant, {
    before: known.logoType,
    after: logoType,
    bytes: logo === null ? 0 : Buffer.byteLength(logo, 'base64'),
  })
}

const emptyBrand = (tenant: string): Brand => ({
  tenant,
  name: null,
  host: null,
  fromName: null,
  accent: null,
  loginText: null,
  logo: null,
  logoType: null,
  changedAt: 0,
})

const fieldsOf = ({ name, host, fromName, accent, loginText }: Brand) => ({
  name,
  host,
  fromName,
  accent,
  loginText,
})

/** On one line, without what could pass for something else; blank is as above. */
function textOf(what: string, text: string | null, most: number): string | null {
  const clean = text?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim() ?? ''
  if (clean.length > most) throw new OrderError('wrong', `${what} has at most ${most} characters`)
  return clean === '' ? null : clean
}

function checkAccent(text: string | null): string | null {
  if (text === null || text.trim() === '') return null
  const colour = readColour(text.trim())
  if (!colour) throw new OrderError('wrong', 'a colour is written #rrggbb, such as #1f56b3')
  const found = contrast(colour, white)
  if (found < leastContrast)
    throw new OrderError(
      'wrong',
      `this colour cannot be read: its contrast to white is ${found.toFixed(1)}, and ${leastContrast} is needed; take a darker one`,
    )
  return text.trim().toLowerCase()
}

function checkHost(
  text: string | null,
  tenant: string,
  all: readonly Brand[],
  ownHosts: readonly string[],
): string | null {
  const host = text?.trim().toLowerCase() ?? ''
  if (host === '') return null
  if (
    host.length > 253 ||
    !/^(?!mta-sts\.)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(host)
  )
    throw new OrderError('wrong', `${host.slice(0, 100)} is no host name such as mail.example.org`)
  const owner = all.find((each) => each.host === host)
  if (ownHosts.includes(host) || (owner && owner.tenant !== tenant))
    throw new OrderError('conflict', `${host} is in use`)
  return host
}

/** Kind of a logo within the limits. Its bytes are shown as they are, so only pictures that run nothing are taken. @throws OrderError */
export function checkLogo(logo: string): string {
  const bytes = Buffer.from(logo, 'base64')
  if (bytes.length > logoLimits.bytes) throw new OrderError('wrong', 'a logo has at most 50 kB')
  const size = readImageSize(bytes)
  if (size?.kind !== 'png' && size?.kind !== 'jpeg')
    throw new OrderError('wrong', 'a logo is a PNG or a JPEG')
  if (size.width > logoLimits.width || size.height > logoLimits.height)
    throw new OrderError(
      'wrong',
      `a logo has at most ${logoLimits.width} x ${logoLimits.height} pixels; this has ${size.width} x ${size.height}`,
    )
  return `image/${size.kind}`
}
