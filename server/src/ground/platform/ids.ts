import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

let lastMs = 0
let counter = 0

/**
 * A new id that sorts by time: 9 characters of milliseconds, 3 of a counter, 4 at random
 * (Crockford's base 32, lower case). Unique over nodes and restarts by its random part,
 * in order within a process by its counter.
 */
export function newId(nowMs: number): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    counter = 0
  } else counter += 1
  if (counter > 32_767) {
    lastMs += 1
    counter = 0
  }
  return encode(lastMs, 9) + encode(counter, 3) + randomPart()
}

let pool = Buffer.alloc(0)
let used = 0

/** Random bytes are drawn in bulk: one system call serves a thousand ids. */
function randomPart(): string {
  if (used + 4 > pool.length) {
    pool = randomBytes(4096)
    used = 0
  }
  let text = ''
  for (let i = 0; i < 4; i++) text += alphabet[(pool[used++] ?? 0) & 31]
  return text
}

/** When an id was made (ms since 1970), as its first characters say; 0 and what comes of it where it is none of ours. */
export function timeOfId(id: string): number {
  let ms = 0
  for (const letter of id.slice(0, 9)) ms = ms * 32 + Math.max(0, alphabet.indexOf(letter))
  return ms
}

function encode(value: number, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) {
    text = alphabet[value % 32] + text
    value = Math.floor(value / 32)
  }
  return text
}

/**
 * Longest time between an id and the moment that its row tells (ms): it is made at MAIL, and a message may take the whole
 * life of its session to arrive, or to be refused. Bounds on ids that stand for bounds on time are so much wider.
 */
export const longestSessionMs = 3 * 3_600_000

/** The smallest id that can have been made at or after a moment: ids sort by time. */
export function firstIdAt(ms: number): string {
  return encode(Math.max(0, Math.floor(ms)), 9)
}
