import { laneName, parseLane } from '#flow/spool/lane.ts'
import { assertTransition } from '#flow/spool/message-state.ts'
import type { StoreRules } from '#ground/storage/database/store-rules.ts'
import { actionFrom } from '#services/queue/queue-store.ts'

/** The rules of flow and services that the stores keep, in the server and in every store thread alike. */
export const storeRules: StoreRules = { assertTransition, actionFrom, parseLane, laneName }
