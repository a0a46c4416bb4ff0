import type { Check } from '#flow/inspection/check.ts'
import { createAntivirus } from './antivirus/antivirus.ts'
import { authentication } from './authentication/authentication.ts'
import { bounces } from './bounces/bounces.ts'
import { createConnection } from './connection/connection.ts'
import { content } from './content/content.ts'
import { files } from './files/files.ts'
import { links } from './links/links.ts'
import { createLists } from './lists/lists.ts'
import { reports } from './reports/reports.ts'
import { sender } from './sender/sender.ts'
import { structure } from './structure/structure.ts'
import { submission } from './submission/submission.ts'

/** Every check that runs over a message. A new one is a copy of skeleton/ and a line here. */
export const checks: readonly Check[] = [
  structure,
  content,
  links,
  files,
  authentication,
  sender,
  createAntivirus(),
  createLists(),
  createConnection(),
  reports,
  bounces,
  submission,
]
