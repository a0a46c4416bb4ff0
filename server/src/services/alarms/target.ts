import { parseMailbox } from '#ground/mail/address.ts'
import type { NetworkList } from '#ground/platform/network-list.ts'
import { newSecret } from '#services/access/secret.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { checkUrl } from '#services/webhooks/write-webhook.ts'
import type { Target, TargetForm } from './alarm-store.ts'

/** A target as somebody asks for it. */
export interface NewTarget {
  readonly form: TargetForm
  /** None: of PagerDuty, its own one. */
  readonly address?: string
  /** The integration key of PagerDuty. */
  readonly key?: string
  readonly afterMs: number
}

export const longestStepMs = 24 * 3_600_000
const pagerAddress = 'https://events.pagerduty.com/v2/enqueue'

/** Looks whether a target can be told, and makes the secret that signs a webhook. @throws OrderError */
export function checkTarget(
  { form, address = '', key = '', afterMs }: NewTarget,
  allowed: NetworkList,
): Target {
  if (!Number.isInteger(afterMs) || afterMs < 0 || afterMs > longestStepMs)
    throw new OrderError('wrong', 'a step comes within a day')
  if ((form === 'pagerduty') !== (key !== ''))
    throw new OrderError(
      'wrong',
      form === 'pagerduty'
        ? 'the form pagerduty needs the integration key of a service (Events API v2)'
        : 'only the form pagerduty has a key',
    )
  if (key !== '' && !/^[\w-]{16,128}$/.test(key))
    throw new OrderError('wrong', 'this is no integration key: letters and digits, 16 to 128')
  if (form === 'mail') return { form, address: checkMail(address.trim()), secret: '', afterMs }
  const place = checkUrl(form === 'pagerduty' && address === '' ? pagerAddress : address.trim(), allowed)
  return { form, address: place, secret: form === 'webhook' ? `whsec_${newSecret()}` : key, afterMs }
}

function checkMail(address: string): string {
  if (/[\r\n]/.test(address) || (parseMailbox(address, { smtputf8: true })?.domain ?? '') === '')
    throw new OrderError('wrong', `${address.slice(0, 320)} is no mail address`)
  return address
}

/**
 * An address as it is shown: of a program only its host and its end, since whoever knows all of it can write there. Its
 * key is not shown at all.
 */
export function shownAddress({ form, address }: Pick<Target, 'form' | 'address'>): string {
  if (form === 'mail') return address
  if (!URL.canParse(address)) return 'an address that cannot be read'
  const { protocol, host, pathname, search } = new URL(address)
  const rest = `${pathname}${search}`
  if (address === pagerAddress) return address
  return `${protocol}//${host}/${rest.length > 12 ? `…${rest.slice(-4)}` : '…'}`
}
