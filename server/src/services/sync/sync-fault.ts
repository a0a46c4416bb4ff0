/** What can keep a source from being read, and what people are told of it. */
export const syncFaults = {
  'sign-in-refused': {
    what: 'the directory refuses our sign-in',
    todo: 'Give the source a new password, secret or key, or look whether its account is locked. Sync goes on by itself.',
    lasts: true,
  },
  'not-permitted': {
    what: 'the account of the source may not read people',
    todo: 'Grant it the rights to read users and groups, with the consent of an administrator. Sync goes on by itself.',
    lasts: true,
  },
  'wrong-settings': {
    what: 'the directory does not know what the settings of the source name',
    todo: 'Look at base, filter, tenant or customer in the settings, and run a preview.',
    lasts: true,
  },
  'address-refused': {
    what: 'the address of the directory may not be asked from here',
    todo: 'Use a public address, or have the operator allow its network (sync.allowNetworks).',
    lasts: true,
  },
  'certificate-refused': {
    what: 'the certificate of the directory is not trusted',
    todo: 'Renew it, or give the source the certificate of its authority. Sync goes on by itself.',
    lasts: true,
  },
  'file-wrong': {
    what: 'the file cannot be read as a list of people',
    todo: 'Send the file anew, as CSV with a first line that names its columns.',
    lasts: true,
  },
  unreachable: {
    what: 'the directory cannot be reached',
    todo: 'Nothing, where it comes back; else look at its address and at the network. Sync goes on by itself.',
    lasts: false,
  },
  busy: {
    what: 'the directory wants to be asked less often',
    todo: 'Nothing: it is asked again when it said. Sync goes on by itself.',
    lasts: false,
  },
  partial: {
    what: 'the directory gave only a part of its people',
    todo: 'Nothing, where it is over soon: nobody is removed by a part. Sync goes on by itself.',
    lasts: false,
  },
  unreadable: {
    what: 'the directory answers what is no list of people',
    todo: 'Look whether the address of the source leads to the directory, and not to a page of a proxy.',
    lasts: false,
  },
  'too-large': {
    what: 'the directory has more than one source may bring',
    todo: 'Narrow the filter of the source, or part it by domain.',
    lasts: true,
  },
  'own-fault': {
    what: 'what the directory said could not be worked on or stored here',
    todo: 'Nothing: this is a fault of ours, and the operator is told. Sync goes on by itself.',
    lasts: false,
  },
} as const satisfies Record<string, { what: string; todo: string; lasts: boolean }>
export type SyncFaultCode = keyof typeof syncFaults

const mostDetail = 500

/** A run could not be carried out. It has changed nothing by then. */
export class SyncFault extends Error {
  readonly code: SyncFaultCode
  /** When the other side wants to be asked again; null: it did not say. */
  readonly retryAfterMs: number | null
  constructor(code: SyncFaultCode, detail: string, retryAfterMs: number | null = null) {
    super(detail.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, mostDetail))
    this.name = 'SyncFault'
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** Whether a fault stays until a person does something. Others are told of when they come twice. */
export function lasts(code: SyncFaultCode): boolean {
  return syncFaults[code].lasts
}
