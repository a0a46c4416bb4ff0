/** Kinds of pictures that may be shown, by their first bytes: those that hold no program and ask for nothing. */
const kinds: readonly (readonly [type: string, starts: (bytes: Uint8Array) => boolean])[] = [
  ['image/png', (bytes) => begins(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', (bytes) => begins(bytes, [0xff, 0xd8, 0xff])],
  ['image/gif', (bytes) => begins(bytes, [0x47, 0x49, 0x46, 0x38])],
  [
    'image/webp',
    (bytes) => begins(bytes, [0x52, 0x49, 0x46, 0x46]) && begins(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]),
  ],
]

/** Largest picture that is shown within a page, in bytes. */
export const largestImage = 1_500_000
const dataUrl = /^data:image\/[a-z.+-]{1,20};base64,([a-z0-9+/]+={0,2})$/i

/** A picture as an address that holds it; null: it is none that may be shown. Its own first bytes say what it is. */
export function imageUrl(bytes: Uint8Array): string | null {
  if (bytes.length > largestImage) return null
  const type = kinds.find(([, starts]) => starts(bytes))?.[0]
  return type === undefined ? null : `data:${type};base64,${toBase64(bytes)}`
}

/** An address that holds its picture, checked like one that came as a part of the message; null: not to be shown. */
export function safeDataUrl(url: string): string | null {
  if (url.length > largestImage * 1.4) return null
  const packed = dataUrl.exec(url.replace(/\s+/g, ''))?.[1]
  if (packed === undefined) return null
  try {
    const first = Uint8Array.from(atob(packed.slice(0, 24)), (letter) => letter.charCodeAt(0))
    const type = kinds.find(([, starts]) => starts(first))?.[0]
    return type === undefined ? null : `data:${type};base64,${packed}`
  } catch {
    return null
  }
}

function begins(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((each, at) => bytes[at] === each)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
