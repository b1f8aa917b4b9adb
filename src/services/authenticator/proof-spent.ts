/** Thrown inside the transaction when a guard says the proof was spent before: everything rolls back, the mfaToken lives on. */
export class ProofSpent extends Error {}
