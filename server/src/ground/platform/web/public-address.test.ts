import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPublicAddress } from './public-address.ts'

test('addresses of strangers are public; local, reserved and embedded ones are not', () => {
  for (const ip of [
    '8.8.8.8',
    '93.184.216.34',
    '100.63.255.255',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])
    assert(isPublicAddress(ip), ip)
  for (const ip of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '168.63.129.16',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2001::7f00:1',
    '2002:7f00:1::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
    '1.2.3',
    '0x7f.0.0.1',
    '2130706433',
    '127.1',
  ])
    assert(!isPublicAddress(ip), ip)
})

test('what is no address is never public, and nothing throws', () => {
  fc.assert(fc.property(fc.string(), (text) => !isPublicAddress(text) || /^[0-9a-f.:]+$/i.test(text)))
  fc.assert(
    fc.property(fc.ipV4(), (ip) => !isPublicAddress(ip) || !/^(?:0|10|127|22[4-9]|2[3-5]\d)\./.test(ip)),
  )
  fc.assert(fc.property(fc.ipV6(), (ip) => !isPublicAddress(ip) || /^[23]/i.test(ip)))
})
