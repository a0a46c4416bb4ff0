/** Where mail leaves: which refusals were aimed at our address. */
export const sendingSchema = `
ALTER TABLE deliveries ADD COLUMN refused_from TEXT;
`
