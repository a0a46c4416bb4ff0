/**
 * An address as Exchange writes it: `SMTP:a@b` (the main one), `smtp:a@b`, or plain `a@b`; addresses of other systems
 * (`X500:...`) are none of mail.
 */
export function readProxyAddress(value: string): { address: string; isMain: boolean }[] {
  const [, kind, rest = ''] = /^([a-z0-9]{2,8}):(.*)$/is.exec(value) ?? []
  if (kind === undefined) return value.includes('@') ? [{ address: value, isMain: false }] : []
  return kind.toLowerCase() === 'smtp' ? [{ address: rest, isMain: kind === 'SMTP' }] : []
}
