/** What a process does, as long as it says that it is well; see services/alarms/watch-processes.ts. */
export const processRoles = `
ALTER TABLE processes ADD COLUMN roles TEXT;
`

/** Why a process was started after one that ended by accident, in words for people. */
export const processRestarts = `
ALTER TABLE processes ADD COLUMN restart TEXT;
`
