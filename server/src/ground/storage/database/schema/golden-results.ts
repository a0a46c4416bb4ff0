/** How a set of definitions judged samples with known answers before it was taken, in JSON. */
export const goldenResultsSchema = `
ALTER TABLE definitions ADD COLUMN golden TEXT;
`
