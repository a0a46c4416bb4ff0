import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Brand, BrandStore } from '#services/branding/brand.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'

const brand = (tenant: string, more: Partial<Brand> = {}): Brand => ({
  tenant,
  name: 'North',
  host: `${tenant}.mail.test`,
  fromName: null,
  accent: '#1f56b3',
  loginText: null,
  logo: null,
  logoType: null,
  changedAt: 1,
  ...more,
})

for (const engine of engines) {
  describe(`brands on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let brands: BrandStore

    before(async () => {
      open = await engine.open()
      brands = open.stores.brands
    })
    after(() => open.close())

    test('a level has one, and a host name belongs to one level', async () => {
      assert.equal(await brands.putBrand(brand('one')), true)
      await brands.putBrand(brand('two', { host: null }))
      const changed = brand('one', { name: null, logo: 'AAAA', logoType: 'image/png', changedAt: 2 })
      await brands.putBrand(changed)
      assert.deepEqual(await brands.brands(), [changed, brand('two', { host: null })])
      await assert.rejects(brands.putBrand(brand('two', { host: 'one.mail.test' })))
      assert.deepEqual((await brands.brands())[1], brand('two', { host: null }))
    })

    test('it is put over what was seen, and over nothing else', async () => {
      const [own] = await brands.brands()
      assert.equal(await brands.putBrand(brand('one', { name: 'A' }), own), true)
      assert.equal(await brands.putBrand(brand('one', { name: 'B' }), own), false)
      assert.equal(await brands.putBrand(brand('one', { name: 'B' }), null), false, 'there is one')
      assert.equal(await brands.putBrand(brand('new'), null), true)
      assert.deepEqual(
        (await brands.brands()).map((each) => each.name),
        ['North', 'A', 'North'],
      )
    })
  })
}
