import type { MfaProof } from '../../domain/access/actor.ts';

interface ProofColumns {
  provenAmr: string[] | null;
  provenAt: Date | null;
}

/** Returns the two columns of a proven second factor. */
export const proofIn = (proof: MfaProof | null): ProofColumns => ({ provenAmr: proof?.amr ?? null, provenAt: proof?.at ?? null });

/** Returns the row with the proven second factor in place of its two columns. */
export const proofOut = <Row extends ProofColumns>({
  provenAmr,
  provenAt,
  ...row
}: Row): Omit<Row, keyof ProofColumns> & { proof: MfaProof | null } => ({
  ...row,
  proof: provenAmr === null || provenAt === null ? null : { amr: provenAmr, at: provenAt },
});
