import { auth } from './auth.ts'
import { bdat } from './bdat.ts'
import { data } from './data.ts'
import { ehlo } from './ehlo.ts'
import { helo } from './helo.ts'
import { help } from './help.ts'
import { mail } from './mail.ts'
import { noop } from './noop.ts'
import { quit } from './quit.ts'
import { rcpt } from './rcpt.ts'
import { rset } from './rset.ts'
import { starttls } from './starttls.ts'
import type { Verb } from './verb.ts'
import { vrfy } from './vrfy.ts'
import { xclient } from './xclient.ts'

const all: readonly Verb[] = [
  auth,
  bdat,
  data,
  ehlo,
  helo,
  help,
  mail,
  noop,
  quit,
  rcpt,
  rset,
  starttls,
  vrfy,
  xclient,
]

/** All commands by name. */
export const verbs: ReadonlyMap<string, Verb> = new Map(all.map((each) => [each.name, each]))
