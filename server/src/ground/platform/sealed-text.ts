import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const form = 'v1'

/**
 * Seals a secret that has to be given out again (a password for another server): AES-256-GCM under the key of this
 * site, which lies in a file beside the database, so that neither the database nor a dump of it tells the secret.
 * @param key 64 hex digits, as `readOrMakeSecret` makes them
 * @param about what the secret belongs to; it opens for nothing else, so that nobody can move it to another row
 */
export function sealText(key: string, about: string, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'hex'), nonce).setAAD(Buffer.from(about))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [form, nonce, cipher.getAuthTag(), sealed]
    .map((each) => (typeof each === 'string' ? each : each.toString('base64url')))
    .join('.')
}

/** Opens what `sealText` has sealed. @throws Error where the key, what it is about, or a byte of it is another one */
export function openSealed(key: string, about: string, sealed: string): string {
  const [found, nonce = '', tag = '', bytes = '', ...more] = sealed.split('.')
  if (found !== form || more.length > 0) throw new Error('this is no sealed secret')
  const [keyBytes, nonceBytes] = [Buffer.from(key, 'hex'), Buffer.from(nonce, 'base64url')]
  const decipher = createDecipheriv('aes-256-gcm', keyBytes, nonceBytes, { authTagLength: 16 })
    .setAAD(Buffer.from(about))
    .setAuthTag(Buffer.from(tag, 'base64url'))
  return decipher.update(Buffer.from(bytes, 'base64url'), undefined, 'utf8') + decipher.final('utf8')
}
