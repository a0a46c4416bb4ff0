/** Places where a program may begin that are looked at in one object. */
const maxPlaces = 2000

/** The first program for Windows within other bytes, from its beginning; null where there is none. */
export function findProgram(bytes: Buffer): Buffer | null {
  let at = bytes.indexOf('MZ', 0, 'latin1')
  for (let places = 0; at >= 0 && places < maxPlaces; places++) {
    if (at + 64 > bytes.length) return null
    const header = at + bytes.readUInt32LE(at + 60)
    if (header + 4 <= bytes.length && bytes.readUInt32BE(header) === 0x50450000) return bytes.subarray(at)
    at = bytes.indexOf('MZ', at + 2, 'latin1')
  }
  return null
}
