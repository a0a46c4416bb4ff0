import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Tenant } from '#services/directory/directory-store.ts'
import { engines, type OpenEngine } from '../../test-engines.ts'
import { brandOfTenant } from './brand.ts'
import { Brands } from './brands.ts'
import { contrast, leastContrast, readableOnDark, readColour } from './contrast.ts'
import { type BrandFields, putBrand, putLogo } from './write-brand.ts'

const blank: BrandFields = { name: null, host: null, fromName: null, accent: null, loginText: null }

/** The head of a PNG of this size; nobody looks further. */
function png(width: number, height: number, bytes = 100): string {
  const content = Buffer.alloc(bytes)
  content.write('\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR', 'latin1')
  content.writeUInt32BE(width, 16)
  content.writeUInt32BE(height, 20)
  return content.toString('base64')
}

describe('brands', () => {
  let open: OpenEngine
  const tenants: Tenant[] = [
    ['house', null, 'operator'],
    ['msp', 'house', 'reseller'],
    ['shop', 'msp', 'customer'],
  ].map(([id, parent, level]) => ({ id, parent, level, name: '', settings: {}, locked: [] }) as never)
  const order = () => ({
    access: open.stores.access,
    directory: open.stores.directory,
    brands: open.stores.brands,
    ownHosts: ['mail.house.test'],
    at: 1000,
    who: 'test',
    ip: '',
  })

  before(async () => {
    open = await engines[0]!.open()
    for (const each of tenants) await open.stores.directory.putTenant(each)
  })
  after(() => open.close())

  test('what is blank is as at the level above, field by field', async () => {
    await putBrand(order(), 'house', { ...blank, name: 'House', accent: '#1f56b3', loginText: 'Hello' })
    await putBrand(order(), 'msp', { ...blank, name: 'MSP Mail', host: 'mail.msp.test', loginText: '  ' })
    await putBrand(order(), 'shop', { ...blank, fromName: 'Shop\r\nBcc: x@y.test' })
    const shop = brandOfTenant('shop', tenants, await open.stores.brands.brands())
    assert.deepEqual(
      [shop.name, shop.accent, shop.loginText, shop.host, shop.fromName],
      ['MSP Mail', '#1f56b3', 'Hello', 'mail.msp.test', 'Shop Bcc: x@y.test'],
    )
    const brands = new Brands({ store: open.stores.brands, tenants: async () => tenants })
    await brands.renew(1000)
    assert.equal(brands.ofHost('MAIL.msp.test:443').name, 'MSP Mail')
    assert.equal(brands.ofHost('else.test').name, 'House')
  })

  test('known brands stay while the store is away', async () => {
    let isAway = false
    const brands = new Brands({
      store: {
        brands: () => (isAway ? Promise.reject(new Error('away')) : open.stores.brands.brands()),
      },
      tenants: async () => tenants,
    })
    await brands.renew(1000)
    isAway = true
    brands.forget()
    await brands.renew(1000)
    assert.deepEqual(brands.hosts(), ['mail.msp.test'])
  })

  test('a colour that cannot be read, a host name of others, a picture too large or of another kind: refused', async () => {
    const put = (more: Partial<BrandFields>) => putBrand(order(), 'shop', { ...blank, ...more })
    await assert.rejects(put({ accent: '#ffff00' }), /contrast to white is 1\.1/)
    await assert.rejects(put({ accent: 'red' }), /#rrggbb/)
    await assert.rejects(put({ host: 'mail.msp.test' }), /in use/)
    await assert.rejects(put({ host: 'mail.house.test' }), /in use/)
    for (const host of ['mta-sts.shop.test', 'localhost', 'a b.test', '10.0.0.1', 'x.test/path'])
      await assert.rejects(put({ host }), /no host name/, host)
    await assert.rejects(putLogo(order(), 'shop', png(251, 60)), /250 x 60/)
    await assert.rejects(putLogo(order(), 'shop', png(10, 10, 50_001)), /50 kB/)
    await assert.rejects(
      putLogo(order(), 'shop', Buffer.from('<svg onload="x()"/>').toString('base64')),
      /PNG or a JPEG/,
    )
    await putLogo(order(), 'shop', png(250, 60))
    const [line] = await open.stores.access.audit(['shop'], null, 1)
    assert.equal(line?.what, 'brand-logo-changed')
  })

  test('an accent is lightened until it can be read on a dark page', () => {
    const dark = [26, 31, 37] as const
    for (const accent of ['#000000', '#1f56b3', '#7a0000', '#00592d']) {
      const found = readColour(readableOnDark(readColour(accent)!, dark))!
      assert.ok(contrast(found, dark) >= leastContrast, accent)
    }
    assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21)
  })
})
