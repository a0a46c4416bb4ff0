/** What a process that sends says of itself to the others; see flow/delivery/probation. */
export const nodeStanding = `
ALTER TABLE processes ADD COLUMN standing TEXT;
ALTER TABLE processes ADD COLUMN snapshot INTEGER;
ALTER TABLE processes ADD COLUMN tries TEXT;
`
