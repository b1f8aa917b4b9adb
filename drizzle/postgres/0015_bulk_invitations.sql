CREATE TABLE "bulk_invitation_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"bulk_invitation_id" text NOT NULL,
	"number" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"attempts" integer NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"refused_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "bulk_invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"inviter" jsonb NOT NULL,
	"total" integer NOT NULL,
	"processed" integer NOT NULL,
	"refused" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "bulk_invitation_entries" ADD CONSTRAINT "bulk_invitation_entries_bulk_invitation_id_bulk_invitations_id_fk" FOREIGN KEY ("bulk_invitation_id") REFERENCES "public"."bulk_invitations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_invitations" ADD CONSTRAINT "bulk_invitations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_invitation_entries_by_number" ON "bulk_invitation_entries" USING btree ("bulk_invitation_id","number");--> statement-breakpoint
CREATE INDEX "bulk_invitation_entries_by_due" ON "bulk_invitation_entries" USING btree ("next_attempt_at","bulk_invitation_id","number");--> statement-breakpoint
CREATE INDEX "bulk_invitation_entries_by_refusal" ON "bulk_invitation_entries" USING btree ("refused_at");--> statement-breakpoint
CREATE INDEX "bulk_invitations_by_tenant" ON "bulk_invitations" USING btree ("tenant_id","finished_at");--> statement-breakpoint
CREATE INDEX "bulk_invitations_by_end" ON "bulk_invitations" USING btree ("finished_at");