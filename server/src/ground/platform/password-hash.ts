import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Turns } from './turns.ts'

/** Threads of the process that hashing takes at a time: files of mail are written by the same few. */
const turns = new Turns(2, 1000)
const compute = promisify(argon2)
const derive: typeof compute = (...given) => turns.take(() => compute(...given))

/** The second recommendation of RFC 9106 for memory that is scarce, as OWASP has it: 19 MiB, two passes. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
/** Longer ones are refused before anything is computed. */
export const longestPassword = 256

/** The hash in PHC form: `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const tag = await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: salt,
    tagLength,
    ...cost,
  })
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Whether a password is the one of the hash. A hash that cannot be read is no password's. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash)
  if (!found || password.length > longestPassword) return false
  const [memory = 0, passes = 0, parallelism = 0] = found.slice(1, 4).map(Number)
  const tag = Buffer.from(found[5] ?? '', 'base64')
  const own = await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: Buffer.from(found[4] ?? '', 'base64'),
    tagLength: tag.length,
    memory,
    passes,
    parallelism,
  })
  return timingSafeEqual(own, tag)
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').split('=')[0] ?? ''
}
