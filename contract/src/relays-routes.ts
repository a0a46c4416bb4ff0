import { Removed } from './directory.ts'
import {
  MailPasswordList,
  MailPasswordMade,
  MailPasswordParams,
  MailPasswordsParams,
  MailProgram,
  NewMailPassword,
  NewRelay,
  RelayAdded,
  RelayList,
  RelayParams,
  RelaysQuery,
} from './relays.ts'
import type { ApiRoute } from './route.ts'

const relays = '/api/v1/relays'
const passwords = '/api/v1/people/:address/mail-passwords'
const writing = { access: 'directory.write' } as const

/** Who may send to the world through here. */
export const relaysRoutes = {
  mailProgram: {
    method: 'GET',
    access: 'directory.read',
    path: '/api/v1/mail-program',
    summary: 'What is entered in a mail program or a printer that logs in to send: host, ports, TLS.',
    answer: MailProgram,
  },
  relays: {
    method: 'GET',
    access: 'directory.read',
    path: relays,
    summary: 'Servers in reach that may send to the world.',
    query: RelaysQuery,
    answer: RelayList,
  },
  addRelay: {
    ...writing,
    method: 'POST',
    path: relays,
    summary:
      'Lets a server send with senders of its own domains; for a login its password is shown, this once.',
    showsSecret: true,
    body: NewRelay,
    answer: RelayAdded,
  },
  removeRelay: {
    ...writing,
    method: 'DELETE',
    path: `${relays}/:relay`,
    summary: 'The server may send no more; what it has handed in goes on.',
    params: RelayParams,
    answer: Removed,
  },
  mailPasswords: {
    method: 'GET',
    access: 'directory.read',
    path: passwords,
    summary: "What a person's programs send by; never the passwords themselves.",
    params: MailPasswordsParams,
    answer: MailPasswordList,
  },
  makeMailPassword: {
    ...writing,
    method: 'POST',
    path: passwords,
    summary: 'Makes a password for a mail program of a person and shows it, this once.',
    showsSecret: true,
    params: MailPasswordsParams,
    body: NewMailPassword,
    answer: MailPasswordMade,
  },
  removeMailPassword: {
    ...writing,
    method: 'DELETE',
    path: `${passwords}/:password`,
    summary: 'The password opens nothing from now on.',
    params: MailPasswordParams,
    answer: Removed,
  },
} as const satisfies Record<string, ApiRoute>
