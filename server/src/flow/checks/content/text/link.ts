/** A link of the web as it is shown. */
export interface ShownLink {
  readonly host: string
  /** Path and query. */
  readonly path: string
  readonly text: string
  /** Host that the shown text names where that is another site than the link leads to; otherwise null. */
  readonly shownHost: string | null
  /** An address instead of a name. */
  readonly isAddress: boolean
}

const hostPattern =
  /^(?:https?:)?\/\/(?:[^/?#@\s]{0,200}@)?(\[[0-9a-f:.]{2,45}\]|[^/?#:@\s]{1,255})(?::\d{1,5})?([/?#].*)?$/is
const shownPattern = /^(?:https?:\/\/)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?:[/?#:].*)?$/is

/** Reads a link; null for what leads to no host, such as mailto, and for what cannot be read. */
export function readLink(href: string, text: string): ShownLink | null {
  const whole = /^www\./i.test(href) ? `http://${href}` : href
  const match = hostPattern.exec(whole.slice(0, 2048))
  if (!match) return null
  const host = match[1]!.toLowerCase()
  const isAddress =
    host.startsWith('[') || /^(?:0x[0-9a-f]{1,8}|\d{1,10}|\d{1,3}(?:\.\d{1,3}){3})$/.test(host)
  return { host, path: match[2] ?? '', text, shownHost: shownElsewhere(host, text), isAddress }
}

function shownElsewhere(host: string, text: string): string | null {
  const shown = shownPattern.exec(text.trim().slice(0, 300))?.[1]?.toLowerCase()
  if (shown === undefined || siteOf(shown) === siteOf(host)) return null
  return shown
}

/** The part of a name that somebody registered, nearly: two labels, or three where the middle one is short. */
export function siteOf(host: string): string {
  const labels = host.split('.')
  const middle = labels.at(-2) ?? ''
  const isSecondLevel =
    labels.length > 2 &&
    (middle.length <= 3 || /^(?:info|govt?)$/.test(middle)) &&
    (labels.at(-1) ?? '').length === 2
  return labels.slice(isSecondLevel ? -3 : -2).join('.')
}
