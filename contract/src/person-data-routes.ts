import { PersonParams } from './directory.ts'
import { EraseOrder, EraseStarted, PersonData } from './person-data.ts'
import type { ApiRoute } from './route.ts'

const base = '/api/v1/people/:address/data'

/** What is kept about a person: counted, handed out, taken out. */
export const personDataRoutes = {
  personData: {
    method: 'GET',
    access: 'person.data',
    path: base,
    summary:
      'How much is kept about a person and his aliases, also of one who has left: what an export has, and what erasing takes out.',
    params: PersonParams,
    answer: PersonData,
  },
  exportPersonData: {
    method: 'GET',
    media: ['application/x-ndjson'],
    access: 'person.data',
    path: `${base}.jsonl`,
    summary:
      'All of that, a JSON object a line, without content of mail and without secrets. Each export has a line in the audit log.',
    params: PersonParams,
  },
  erasePersonData: {
    method: 'POST',
    access: 'person.data',
    path: `${base}/erase`,
    summary:
      'Takes a person and his aliases out of the directory and of what is kept; a pseudonym stands in the ledger. It cannot be undone. Answers within two seconds, with the task: look again where it still runs. 400: `confirm` is not his address.',
    params: PersonParams,
    body: EraseOrder,
    answer: EraseStarted,
  },
} as const satisfies Record<string, ApiRoute>
