/**
 * xtext (RFC 3461, 4): printable ASCII but `+` and `=` as it stands, other characters as `+` and two hex digits.
 * @param text characters up to FF; those above 7F are what utf-8-addr-xtext is for, and become their UTF-8 bytes here
 */
export function encodeXtext(text: string): string {
  let result = ''
  for (const byte of Buffer.from(text)) {
    const plain = byte >= 33 && byte <= 126 && byte !== 43 && byte !== 61
    result += plain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return result
}

/**
 * A parameter as xtext: as it came where it is some, else encoded. Senders leave a plus in an address as it is, and a
 * next hop that looks closely would return their mail for it.
 */
export function toXtext(text: string): string {
  return /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-Fa-f]{2})*$/.test(text) ? text : encodeXtext(text)
}

/** The text behind xtext, its bytes read as UTF-8; null where it is none. */
export function decodeXtext(xtext: string): string | null {
  if (!/^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/.test(xtext)) return null
  const bytes = xtext.replace(/\+(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

/**
 * utf-8-addr-xtext (RFC 6533, 3): an address for ORCPT and Original-Recipient in ASCII,
 * characters beyond it and the special ones as `\x{HEX}`.
 */
export function encodeUtf8Address(address: string): string {
  let result = ''
  for (const character of address.toWellFormed()) {
    const code = character.codePointAt(0)!
    const plain = code >= 33 && code <= 126 && character !== '+' && character !== '=' && character !== '\\'
    result += plain ? character : `\\x{${code.toString(16).toUpperCase().padStart(2, '0')}}`
  }
  return result
}

/** An address of type utf-8 in any of its forms as utf-8-addr-xtext, which goes where SMTPUTF8 does not. */
export function toPlainUtf8Address(text: string): string {
  return encodeUtf8Address(decodeUtf8Address(text) ?? text)
}

/** The address behind utf-8-addr-xtext or utf-8-addr-unitext; null where it is neither. */
export function decodeUtf8Address(text: string): string | null {
  if (
    !text.isWellFormed() ||
    !/^(?:[\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\x\{[0-9A-F]{2,6}\})*$/u.test(text)
  ) {
    return null
  }
  let valid = true
  const address = text.replace(/\\x\{([0-9A-F]+)\}/g, (_, hex: string) => {
    const code = Number.parseInt(hex, 16)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) valid = false
    return valid ? String.fromCodePoint(code) : ''
  })
  return valid ? address : null
}
