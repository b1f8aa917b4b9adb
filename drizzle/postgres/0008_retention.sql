CREATE TABLE "write_probes" (
	"slot" text PRIMARY KEY NOT NULL,
	"writes" bigint NOT NULL,
	CONSTRAINT "write_probes_slot" CHECK ("write_probes"."slot" in ('probe'))
);
--> statement-breakpoint
ALTER TABLE "budgets" ADD COLUMN "ends_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "budgets" SET "ends_at" = "t5" + interval '1 hour' WHERE "key" NOT LIKE 'check:%' OR "key" LIKE 'check:LOGIN\_CODE:%';--> statement-breakpoint
CREATE INDEX "outbox_by_sending" ON "outbox" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "outbox_by_giving_up" ON "outbox" USING btree ("given_up_at");--> statement-breakpoint
CREATE INDEX "remembered_devices_by_creation" ON "remembered_devices" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "sessions_by_early_end" ON "sessions" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "budgets_by_end" ON "budgets" USING btree ("ends_at");