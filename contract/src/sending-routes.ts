import { Removed } from './directory.ts'
import type { ApiRoute } from './route.ts'
import {
  NewSendingAddress,
  SendingAddressChange,
  SendingAddressDone,
  SendingAddressList,
  SendingAddressParams,
  SendingAddressStory,
  SendingReceiverList,
  SendingReceiversQuery,
} from './sending.ts'

const addresses = '/api/v1/sending/addresses'

/** Addresses that mail leaves by, and what they have learnt of receivers. */
export const sendingRoutes = {
  sendingAddresses: {
    method: 'GET',
    access: 'site.read',
    path: addresses,
    summary:
      'Addresses that mail leaves by, with figures of yesterday and today and what blocklists say; at most 256.',
    answer: SendingAddressList,
  },
  addSendingAddress: {
    method: 'POST',
    access: 'site.write',
    path: addresses,
    summary:
      'Lets mail of a pool leave by an address of this machine, within seconds. The first one of a pool takes over those of the settings, which do not count for it any more.',
    body: NewSendingAddress,
    answer: SendingAddressDone,
  },
  sendingAddress: {
    method: 'GET',
    access: 'site.read',
    path: `${addresses}/:ip`,
    summary:
      'One address: what it carried day by day, and how far its warm-up is at the receivers it carries most to.',
    params: SendingAddressParams,
    answer: SendingAddressStory,
  },
  changeSendingAddress: {
    method: 'PATCH',
    access: 'site.write',
    path: `${addresses}/:ip`,
    summary:
      'Sets an address to work or to rest, or changes its name or its plan. 409: it is the last one of its pool that works.',
    params: SendingAddressParams,
    body: SendingAddressChange,
    answer: SendingAddressDone,
  },
  removeSendingAddress: {
    method: 'DELETE',
    access: 'site.write',
    path: `${addresses}/:ip`,
    summary: 'Nothing leaves by the address any more; with the last one of a pool the settings count again.',
    params: SendingAddressParams,
    answer: Removed,
  },
  sendingReceivers: {
    method: 'GET',
    access: 'site.read',
    path: '/api/v1/sending/receivers',
    summary: 'What addresses have carried to receivers in the last seven days, and learnt of them.',
    query: SendingReceiversQuery,
    answer: SendingReceiverList,
  },
} as const satisfies Record<string, ApiRoute>
