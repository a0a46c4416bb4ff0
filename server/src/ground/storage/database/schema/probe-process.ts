/** Which process tried a path of ours last: while it is silent, that is why nothing is known of the path. */
export const probeProcessSchema = `
ALTER TABLE probes ADD COLUMN process TEXT;
`
