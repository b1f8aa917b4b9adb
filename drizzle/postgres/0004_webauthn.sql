ALTER TABLE "authenticators" ADD COLUMN "identity_hash" text;--> statement-breakpoint
CREATE UNIQUE INDEX "authenticators_by_identity" ON "authenticators" USING btree ("identity_hash");